import ArgumentParser
import Foundation
import Statistics

/// Files of facts, figures and tables: opened, read in pieces, written whole or not at all.
enum FactFile {
  /// A reader that holds one piece of the file at a time, so that the file may be larger than the memory.
  static func reader(_ path: String) throws -> DelimitedReader {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
        let opened = FileHandle(forReadingAtPath: path)
      else { throw CommandFailure(message: "\(path): the file is missing or can't be read", code: 2) }
      handle = opened
    }
    return try naming(path) { try DelimitedReader { [UInt8](try handle.read(upToCount: 1 << 20) ?? Data()) } }
  }

  /// Runs what reads the file; a problem is told with the file's name.
  static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let problem as FactFileProblem {
      let place = path == "-" ? "standard input" : path
      throw CommandFailure(
        message: problem.line > 0 ? "\(place):\(problem.line): \(problem.message)" : "\(place): \(problem.message)")
    }
  }

  static func tables(_ path: String) throws -> TableDocument {
    let data = try WholeFile.read(path, most: 250)
    let decoder = JSONDecoder()
    if let document = try? decoder.decode(TableDocument.self, from: data) { return document }
    if let table = try? decoder.decode(TableDocument.Table.self, from: data) { return TableDocument(tables: [table]) }
    do { return TableDocument(tables: try decoder.decode([TableDocument.Table].self, from: data)) } catch {
      throw CommandFailure(
        message: "\(path): this is no file of tables; amparo table FACTS.csv --rows … --json writes one")
    }
  }

  /// `column=code,code`, repeated for several columns.
  static func filter(_ words: [String]) throws -> [String: Set<Statistics.Category>] {
    var filter: [String: Set<Statistics.Category>] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CommandFailure(message: "--where is written column=code or column=code,code, not “\(word)”", code: 64)
      }
      let codes = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      filter[String(parts[0]), default: []].formUnion(codes.map { FactCodes.category(String($0)) })
    }
    return filter
  }
}
