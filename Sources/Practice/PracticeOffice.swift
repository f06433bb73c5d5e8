import Accounts
import Basics
import CountryPack
import Records
import Vault

/// What every part of practice stands in: its own store and secret, never the live ones.
struct PracticeOffice: Sendable {
  let office: Office
  let pack: CountryPack

  var now: Moment { office.clock.now() }

  /// Nobody types these passwords: practice signs its made-up members in by itself.
  func password(_ login: String) -> String {
    office.root.token("practice-password", [Array(login.utf8)]).exposedText
  }

  func signIn(_ login: String) async throws -> Token {
    let answer = try await SignInDesk(office).signIn(login: login, password: password(login), client: "practice")
    guard case .signedIn(let token) = answer else { throw Refusal.notFound }
    return token
  }

  /// Runs work as a made-up member and signs out again.
  func working<Result: Sendable>(as login: String, _ work: (Actor) async throws -> Result) async throws -> Result {
    let desk = SignInDesk(office)
    guard let actor = try await desk.actor(for: try await signIn(login)) else { throw Refusal.notFound }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await work(actor)) } catch { result = .failure(error) }
    try await desk.signOut(actor)
    return try result.get()
  }

  /// Makes an agency with one member at work; answers both.
  func makeAgency(
    _ name: String, kind: String, province: String, login: String, member: String, roles: Set<Role>,
    language: Language
  ) async throws -> (agency: AgencyID, member: MemberID) {
    let (keeper, members) = ("keeper-" + login, MembersDesk(office))
    let made = try await AgencyDesk(office).create(
      .console, name: name, kind: kind, province: province, administrator: member, login: keeper)
    _ = try await members.accept(made.invitation, password: password(keeper), language: language)
    let invitation = try await working(as: keeper) { actor in
      try await members.invite(actor, name: member, login: login, roles: roles)
    }
    let joined = try await members.accept(invitation, password: password(login), language: language)
    return (made.agency, joined.member)
  }
}

/// The names of what an attempt finds around itself, in its language.
public struct StageNames: Sendable {
  /// The trainee's agency.
  public var agency: String
  /// The trainee.
  public var member: String
  public init(agency: String, member: String) {
    self.agency = agency
    self.member = member
  }
}
