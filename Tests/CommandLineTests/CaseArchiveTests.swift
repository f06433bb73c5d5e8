import Foundation
import TestSupport
import Testing
import Vault

@Suite struct CaseArchiveTests {
  @Test func aSealedCaseIsOpenedWithItsPassphraseAlone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "amparo-case-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, output) = (folder.appending(path: "a.amparo-case"), folder.appending(path: "a.zip"))
    let phrase = "cinco palabras al azar juntas"
    let content = Array("PK contenido".utf8)
    try Data(SealedArchive.seal(content, passphrase: phrase, cost: .test)).write(to: file)
    func open(_ input: String, _ source: URL? = nil) throws -> Run {
      try Run(["case", "open-archive", (source ?? file).path, "-o", output.path], input: input)
    }
    let wrong = try open("otra frase larga y mala\n")
    #expect(wrong.code == 1 && wrong.errors.contains("another one"))
    #expect(wrong.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: output.path))
    let right = try open(phrase + "\n")
    #expect(right.code == 0 && right.errors == "", "\(right.errors)")
    #expect(try Array(Data(contentsOf: output)) == content)
    let mode = try FileManager.default.attributesOfItem(atPath: output.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    // What stands there already is not written over.
    #expect(try open(phrase + "\n").code == 2)
    try FileManager.default.removeItem(at: output)
    #expect(try open(phrase, folder.appending(path: "none")).code == 2)
    try Data("PK nothing".utf8).write(to: folder.appending(path: "b"))
    #expect(try open(phrase, folder.appending(path: "b")).code == 1)
  }
}
