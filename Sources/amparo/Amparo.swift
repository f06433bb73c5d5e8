import ArgumentParser
import Foundation

/// The command line. One file a command; here they are put together.
@main
struct Amparo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amparo",
    abstract: "Learn, identify, assist, refer and count: the work for victims of human trafficking, in one system.",
    discussion: """
      Everything a server keeps lives in one folder, --data DIR (./data unless told): the store amparo.sqlite, the \
      root secret in a folder of its own, and the audit log's signed checkpoints.

      To look around:
        amparo demo                                     made-up agencies, members and cases, on http://localhost:8080
      To work:
        amparo init --agency "…" --kind ngo --province EC-P --name "…" --login …
        amparo serve                                    start the server
        amparo agency create …                          take another agency in
        amparo backup FILE                              a consistent copy while the server runs; restore FILE puts it back
        amparo keys backup FILE                         the keys whose loss erases: daily, only the newest is kept
        amparo api-key make --as LOGIN --name NAME --may read   a key for a program of your agency's (/api)
        amparo retention due                            closed cases whose time runs out
        amparo sync import FILE.amparo-field            what a phone sealed in the field, carried in as a file
        amparo case import FILE --guess --as LOGIN      a register from a spreadsheet, or HTCDS 2.0; case export takes out
        amparo prosecution import FILE.csv --as LOGIN   what the prosecutor's office counted; check needs no store
        amparo training xapi --cohort ID                a cohort as statements for other learning systems, without names
        amparo audit verify                             find any edited, removed, swapped or cut entry
      Without any store:
        amparo pack check                               read the country's pack and name what is wrong in it
        amparo screen --instrument ilo-adult-labour --age 25 --answers answers.json
        amparo form export --instrument ilo-adult-labour -o form.xlsx
        amparo questions check FILE.gift                what a question file holds, and what is wrong in it
        amparo exercises check FILE.twee                whether a branching story (Twee 3) can be practised with
        amparo mechanism check FILE.yaml                where a referral mechanism lets people fall; simulate, export
        amparo plan check FILE.yaml                     where a plan contradicts itself; plan export --iati for donors
        amparo evaluate gain --pre PRE.csv --post POST.csv
        amparo certificate verify FILE --keys KEYS      whether a certificate holds, without asking anybody
        amparo case open-archive FILE -o case.zip       open a case that was taken out under a passphrase
        amparo directory import services.json           what an HSDS directory of services holds, and what is wrong in it
        amparo directory suggest --need shelter --age 14 --sex male --province EC-U
        amparo figures check FIGURES.csv                published numbers that can't be so as printed
        amparo figures sdg FACTS.csv                    SDG 16.2.2; questionnaire, export-ctdc, import-ctdc beside it
        amparo table FACTS.csv --rows form              count facts
        amparo protect TABLES.json --method suppress    tables that point at nobody; protect audit attacks them
        amparo synthesize FACTS.csv --method kanonymous -o OUT.csv
        amparo link encode PEOPLE.csv …                 the same people in several lists, without handing over names
        amparo estimate HISTORIES.csv --method panel    how many were never found, from the overlap of several lists

      Every command explains itself with --help. When something is wrong, a command says so in one line on standard \
      error and ends with a code other than 0: 1 when the content is wrong, 2 when the surroundings are (a file, the \
      store, the disk), 64 when it was called wrongly.
      """,
    subcommands: [
      Serve.self, Demo.self, Init.self, AgencyCommand.self, MemberCommand.self, Backup.self, Restore.self,
      KeysCommand.self, ApiKeyCommand.self, RetentionCommand.self, Audit.self,
      Pack.self, Screen.self, Form.self, Questions.self, Exercises.self, Evaluate.self, TrainingCommand.self,
      MechanismCommand.self, PlanCommand.self, ProsecutionCommand.self,
      SyncCommand.self, CaseCommand.self, DirectoryCommand.self, Figures.self, TableCommand.self,
      Protect.self,
      Synthesize.self, LinkCommand.self, EstimateCommand.self, CertificateCommand.self, Version.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      if let failure = Sentences.failure(error) { fail(failure.message, failure.code) }
      // Help and completions are answers, not failures.
      if exitCode(for: error).isSuccess { exit(withError: error) }
      fail(message(for: error).replacing("\n", with: " ") + " (amparo help explains)", exitCode(for: error).rawValue)
    }
  }

  private static func fail(_ message: String, _ code: Int32) -> Never {
    FileHandle.standardError.write(Data("amparo: \(message)\n".utf8))
    Foundation.exit(code)
  }
}

/// What went wrong, in one sentence, without personal data.
struct CommandFailure: Error {
  var message: String
  /// 1: the content is wrong. 2: the surroundings are (a file, the store).
  var code: Int32 = 1
}
