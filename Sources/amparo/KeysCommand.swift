import Accounts
import ArgumentParser
import Basics
import Casework
import Foundation
import Referrals
import Tips

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Back the erasure keys up, and put them back.",
    discussion: """
      Erasing a person destroys the erasure keys of their records. Backups of the store do not hold these keys: without \
      the key file nothing sealed in them opens. So the age of the oldest key file you keep is how long something erased \
      can still be read by whoever also has the passwords. Keep only the newest, and none older than 14 days.

        amparo keys backup /media/safe/amparo.keys      replaces the one before; run it daily
        amparo keys restore /media/safe/amparo.keys     after pg_restore; amparo restore does it by itself
      """, subcommands: [BackupKeys.self, RestoreKeys.self])

  struct BackupKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup", abstract: "Write the erasure keys as they are now over the file of before.")
    @Argument(help: "The file.") var file: String
    @OptionGroup var options: InstallationOptions

    func run() async throws {
      let count = try await options.use { try await KeyFile(path: file).write(from: $0.office.database) }
      print("\(file): keys of \(count) records. Keep no older one.")
    }
  }

  struct RestoreKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore", abstract: "Put erasure keys into a store that was restored without them.")
    @Argument(help: "The newest file there is.") var file: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption

    func run() async throws {
      let pack = try pack.load()
      let (count, again) = try await options.use { installation in
        let office = installation.office
        let count = try await KeyFile(path: file).restore(into: office.database, at: office.clock.now())
        let again = try await Erasing.finish(
          office.database, pack, at: office.clock.now(), hook: ReferralDesk.caseErased)
        _ = try await TipErasing.finish(office.database, at: office.clock.now())
        return (count, again)
      }
      print("\(file): keys of \(count) records. Cases erased again because they were erased before: \(again).")
    }
  }
}
