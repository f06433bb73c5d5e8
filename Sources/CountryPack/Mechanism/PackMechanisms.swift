import Basics
import Foundation

extension CountryPack {
  /// What can't be read in the mechanisms that come with the pack. A mechanism may have gaps all the same: those are for
  /// `amparo mechanism check`.
  ///
  /// - Parameter folder: the pack's folder; its folder `mechanisms` may be missing.
  public func checkMechanisms(in folder: URL) -> [PackProblem] {
    let terms = MechanismTerms(self)
    let place = folder.appendingPathComponent("mechanisms")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []).sorted()
    return names.filter { !$0.hasPrefix(".") }.flatMap { (name: String) -> [PackProblem] in
      let file = "mechanisms/\(name)"
      guard name.hasSuffix(".yaml") else { return [PackProblem(file: file, line: 0, "a mechanism is a .yaml file")] }
      guard let data = try? Data(contentsOf: place.appendingPathComponent(name)),
        let text = String(data: data, encoding: .utf8)
      else { return [PackProblem(file: file, line: 0, "the file can't be read or is not UTF-8")] }
      do throws(PackProblems) {
        let mechanism = try Mechanism.read(text, file: file, terms: terms)
        let isNamed = name == mechanism.code + ".yaml"
        return isNamed ? [] : [PackProblem(file: file, line: 1, "“code” must be the name of its file")]
      } catch { return error.problems }
    }
  }
}
