import ArgumentParser
import Basics
import Forms
import Foundation

extension Form {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Read an XLSForm and say what of it works here.",
      discussion: """
        Reads questions, choices, groups, repeats, languages, relevant, constraint, required, calculation and \
        choice_filter. What is not carried out is listed with its sheet and row. A form that contradicts itself is \
        refused with its place. Nothing is stored.
        """)

    @Argument(help: "An .xlsx file, or a folder with survey.csv, choices.csv and settings.csv, also as a .zip file.")
    var file: String
    @Flag(help: "Print the whole form as JSON.") var json = false

    func run() async throws {
      let form: XLSForm
      do throws(FormProblem) { form = try XLSForm(try Self.sheets(file)) } catch {
        throw CommandFailure(message: "\(file): \(error.sentence(.english))")
      }
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(form.document), as: UTF8.self))
        return
      }
      print(
        "\(form.title.isEmpty ? file : form.title) (\(form.id), version \(form.version.isEmpty ? "-" : form.version))")
      print("languages: \(form.languages.isEmpty ? "-" : form.languages.map(\.name).joined(separator: ", "))")
      let groups = form.nodes.count { $0.kind == .group || $0.kind == .repetition }
      print(
        "questions: \(form.nodes.count(where: \.isAsked)), calculations: \(form.nodes.count { $0.calculation != nil }), "
          + "groups and repeats: \(groups), lists: \(form.lists.count)")
      if form.gaps.isEmpty { return print("everything in it is supported") }
      print("not supported:")
      for gap in form.gaps { print("  " + gap.sentence(.english)) }
    }

    /// Throws `FormProblem` also for a file that is not there.
    private static func sheets(_ path: String) throws(FormProblem) -> FormSheets {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      guard isFolder.boolValue else { return try FormSheets(file: try bytes(path)) }
      var tables: [String: [UInt8]] = [:]
      for name in FormSheets.names {
        let file = path + "/" + name + ".csv"
        if FileManager.default.fileExists(atPath: file) { tables[name] = try bytes(file) }
      }
      return try FormSheets(tables: tables)
    }

    /// At most one byte more than a form may have, so that a huge file costs nothing.
    private static func bytes(_ path: String) throws(FormProblem) -> [UInt8] {
      guard let file = FileHandle(forReadingAtPath: path),
        let data = try? file.read(upToCount: FormLimits().file + 1) ?? Data()
      else { throw FormProblem.unreadable }
      return Array(data)
    }
  }
}
