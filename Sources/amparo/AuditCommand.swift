import Basics
import Accounts
import ArgumentParser
import Crypto
import Foundation
import Records
import Vault

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check and sign the audit log.",
    discussion: """
      The log is a Merkle tree: each entry's hash goes into the next root. A checkpoint is a signed note of how long the \
      log was and what its root was. The server signs one every minute while something happens, in the store and in \
      DATA/checkpoints.txt. Copy that file elsewhere now and then: with a copy, even someone who owns this machine \
      can't cut or rewrite what was signed without being found.
      """,
    subcommands: [Verify.self, Sign.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read the whole log and name every edited, removed, swapped or cut entry.",
      discussion: "Ends with 0 when the log holds, with 1 when it does not. Changes nothing.")

    @OptionGroup var options: InstallationOptions
    @Option(help: "A file of checkpoints kept outside; repeat for several. DATA/checkpoints.txt is always read.")
    var checkpoints: [String] = []
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      var kept: [String] = []
      if FileManager.default.fileExists(atPath: options.checkpointsPath) {
        kept += try CheckpointFile(path: options.checkpointsPath).notes()
      }
      for path in checkpoints { kept += try CheckpointFile(path: path).notes() }
      let installation = try await options.open(migrates: false, checksSecret: false)
      let report = try await AuditLog.verify(
        installation.office.database, publicKey: try installation.office.root.auditSigningKey.publicKey, kept: kept)
      await installation.close()
      if json { try printJSON(AuditResult(report)) } else if report.isIntact { print(AuditResult.sentence(report)) }
      guard report.isIntact else {
        if !json {
          // The last one becomes the command's own error line.
          for finding in report.findings.dropLast() { Terminal.say("amparo: \(AuditResult.sentence(finding))") }
        }
        throw CommandFailure(message: report.findings.last.map(AuditResult.sentence) ?? "the audit log does not hold")
      }
    }
  }

  struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sign the log as it stands and print the checkpoint.",
      discussion: "The note is kept in the store and in DATA/checkpoints.txt. Keep a copy elsewhere.")

    @OptionGroup var options: InstallationOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let checkpoint = try await options.use { try await $0.sign() }
      if json {
        try printJSON(Signed(size: checkpoint.size, root: checkpoint.root.hexadecimal, note: checkpoint.note))
      } else {
        print(checkpoint.note, terminator: "")
      }
    }

    struct Signed: Encodable {
      var size: Int
      var root: String
      var note: String
    }
  }
}

/// What `audit verify` found, for programs and for people.
struct AuditResult: Encodable {
  struct Found: Encodable {
    var kind: String
    var entry: Int?
    var signedAt: Int?
    var sentence: String
  }

  var intact: Bool
  var entries: Int
  var root: String
  var checkpoints: Int
  var signedUpTo: Int
  var findings: [Found]

  init(_ report: AuditReport) {
    intact = report.isIntact
    entries = report.entries
    root = report.root.hexadecimal
    checkpoints = report.checkpoints
    signedUpTo = report.signedUpTo
    findings = report.findings.map { finding in
      let (kind, entry, signedAt): (String, Int?, Int?) =
        switch finding {
        case .altered(let sequence): ("altered", sequence, nil)
        case .missing(let sequence): ("missing", sequence, nil)
        case .rewritten(let from, let size): ("rewritten", from, size)
        case .wrongHead: ("wrong_head", nil, nil)
        case .badSignature(let number): ("bad_signature", number, nil)
        }
      return Found(kind: kind, entry: entry, signedAt: signedAt, sentence: Self.sentence(finding))
    }
  }

  static func sentence(_ report: AuditReport) -> String {
    "The audit log holds: \(report.entries) entries, root \(report.root.hexadecimal), signed up to entry "
      + "\(report.signedUpTo) by \(report.checkpoints) checkpoints."
  }

  static func sentence(_ finding: AuditReport.Finding) -> String {
    switch finding {
    case .altered(let sequence): "audit entry \(sequence) was edited or swapped with another"
    case .missing(let sequence): "audit entry \(sequence) was removed"
    case .rewritten(let from, let size):
      "the audit log was rewritten at or after entry \(from): it is not the one that was signed at \(size) entries"
    case .wrongHead: "the audit log's stored root is not that of its entries"
    case .badSignature(let number): "checkpoint \(number) is malformed or not signed by this installation"
    }
  }
}
