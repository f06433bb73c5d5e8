import Accounts
import Basics
import CountryPack
import Foundation
import Hummingbird
import Logging
import NIOCore

/// The web site of an installation: its pages behind one responder.
///
/// Start it:
///
///     let site = try Site(desks: Desks(office, pack), settings: SiteSettings(publicAddress: "http://localhost:8080"))
///     try await site.serve(host: "127.0.0.1", port: 8080)      // ends after SIGTERM or SIGINT
///
/// How a page is added to a room (see `Accounts/` for whole examples):
///
/// 1. `Sources/Web/<Room>/<Room>Pages.swift`: `struct CasePages: RoomPages { let desks: Desks }`; add it to `Site.rooms`,
///    and the room's desk and migrations to `Desks`.
/// 2. In `add(to:)`: `routes.get("/cases/:case", file)`. A page is a function `(Visit) async throws -> Answer`:
///    `let actor = try visit.actor()`, `let id: CaseID = try visit.id("case")`, ask the desk, then
///    `.page("casework/file", ["title": …, "rows": […]])` (dictionaries or structs) or, after a POST, `.goTo("/cases/…")`.
/// 3. The template `Templates/casework/file.mustache`: `{{<layout}}{{$title}}{{t.casework.file.title}}{{/title}}
///    {{$content}}…{{/content}}{{/layout}}`. `{{t.some.key}}` is a text of the catalogs, put in when templates are
///    loaded; its `{name}` places are filled with the model's values of that name. `{{>parts/…}}`: see `Templates/parts`.
/// 4. Texts: `Strings/{es,en}/casework.json`, one flat object. A key that is missing stops the start and fails a test.
///    In Swift: `visit.words("casework.file.title")`, `visit.words("key", ["name": value])`, `visit.dates.moment(…)`.
/// 5. A form: one function builds the page from a `FormSheet` (`sheet.text("name", label: "casework.open.name")`,
///    `sheet.choices(…)`, `sheet.hidden("id", …)`); GET calls it with `visit.sheet`, POST does
///    `try await visit.attempt { … .goTo(…) } orShow: { try await page(visit, $0) }`: wrong fields come back with
///    what was typed and the sentence beside them. `{{#form}}{{>parts/form}}{{/form}}` shows it, CSRF field included.
/// 6. Read fields with `FormReader(visit.form)`: it collects all wrong fields; `try reader.check()` throws them at once.
/// 7. Work for the home page: `func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection?`; menu entries:
///    `navigation`. 8. A list of records: `routes.list` and `.listing`, see `ListSheet`, so that it can be taken along.
/// 9. Tests: `TestBrowser` in `Tests/WebTests`.
public struct Site: Sendable {
  public let desks: Desks
  public let settings: SiteSettings
  let screen: Screen
  let assets: Assets
  /// The interview for places without network; `nil` on the practice site, which has none.
  let field: FieldApp?
  /// What open pages are told, one look at the store for all of them.
  let notices: NoticeFeed
  /// The pages for the public as they are sent.
  let publicCache = PublicCache()

  /// Loads templates, texts and assets.
  ///
  /// Throws `ScreenProblem` when a template is malformed or names a text that does not exist.
  ///
  /// - Parameter practice: whether this is the practice site, or leads to one.
  public init(desks: Desks, settings: SiteSettings = SiteSettings(), practice: PracticePart = .none) throws {
    self.desks = desks
    var settings = settings
    settings.practice = practice
    self.settings = settings
    assets = try Assets.load()
    screen = try Screen.load()
    notices = NoticeFeed(desks.notices)
    field = settings.isPractice ? nil : try FieldApp(desks.pack, screen, assets, settings)
  }

  /// The rooms in the order in which the menu and the home page show them.
  var rooms: [any RoomPages] {
    // Practice has no data of anybody to look after.
    let inFile: [any CaseFileRoom] =
      [CaseLinkPages(desks: desks), KnownPages(desks: desks), ReferralPages(desks: desks)]
      + (settings.isPractice ? [] : [TransferPages(desks: desks), RightsPages(desks: desks)])
    let work: [any RoomPages] = [
      ScreeningPages(desks: desks), CasePages(desks: desks, settings: settings, rooms: inFile),
      KnownPages(desks: desks), ReferralHomeList(desks: desks, kind: .escalated), ReferralPages(desks: desks),
      ReferralHomeList(desks: desks, kind: .news), ReferralHomeList(desks: desks, kind: .unanswered),
    ]
    // In practice: the work tool and the story. Nobody has an account there.
    if case .isPractice(let desk, _) = settings.practice {
      return [PracticePages(desks: desks, settings: settings, practice: desk)] + work
    }
    // On the home page a danger in the field stands above everything else.
    let field: [any RoomPages] = [
      FieldInboxPages(desks: desks), TipPages(desks: desks), ProtectionNotice(desks: desks),
      MailPages(desks: desks, settings: settings),
    ]
    return field + work + [
      ReferralFigurePages(desks: desks), TransferPages(desks: desks), DutyPages(desks: desks),
      DirectoryPages(desks: desks), DeskSuggestionPages(desks: desks), MechanismPages(desks: desks),
      NationalPlanPages(desks: desks), ProsecutionPages(desks: desks),
      CampaignPages(desks: desks, settings: settings),
      EditorPages(
        desks: desks, cache: publicCache,
        taken: PublicDoor.ownPieces.union(publicRooms.flatMap(\.publicPages).map(\.firstPiece))),
      DataProtectionPages(desks: desks), MinePages(desks: desks, settings: settings),
      OutsidePages(desks: desks, settings: settings), OwnFormPages(desks: desks), CountPages(desks: desks),
      OverviewPages(desks: desks), ExchangePages(desks: desks),
      RecordsPages(desks: desks, runs: SynthesisRuns(clock: desks.office.clock)),
      OpenRecordsPages(desks: desks, settings: settings),
      FigurePages(desks: desks), TablePages(desks: desks), ReleasePages(desks: desks),
      OpenDataPages(desks: desks, settings: settings),
      EstimatePages(desks: desks, runs: EstimateRuns(clock: desks.office.clock)),
      LinkagePages(desks: desks, runs: SampleRuns(clock: desks.office.clock)),
      AccountPages(desks: desks, settings: settings), OwnAccountPages(desks: desks), OwnSeatPages(desks: desks),
      NoticePages(desks: desks, feed: notices), NoticeSettingsPages(desks: desks, settings: settings),
      CohortPages(desks: desks, settings: settings), AfterPages(desks: desks, settings: settings),
      NeedPages(desks: desks), EvidencePages(desks: desks),
      MemberPages(desks: desks, settings: settings),
      AgencyPages(desks: desks, settings: settings), ExercisePages(desks: desks, settings: settings),
      ConnectionPages(desks: desks), WebhookPages(desks: desks), ApiPages(desks: desks),
    ]
  }

  /// The rooms that have pages for the public, in the order of its menu. Practice has none.
  var publicRooms: [any PublicRoom] {
    if settings.isPractice { return [] }
    return [
      FrontPages(), PublicTextPages(), ServicesRoom(), PublicNewsPages(), PublicCampaignPages(), CoursesRoom(),
      FiguresRoom(), PlanRoom(), JusticePages(), CertificatesRoom(),
    ]
  }

  /// Answers every request; nothing is thrown out of it.
  public var responder: some HTTPResponder<PageContext> { assembled.router.buildResponder() }

  /// Every address of the site with its method, sorted.
  var registered: [String] {
    (assembled.routes.flatMap(\.registered) + PublicDoor.registered(publicRooms)
      + (settings.isPractice ? [] : ApiDoor.registered)).sorted()
  }

  private var assembled: (router: Router<PageContext>, routes: [Routes]) {
    let router = Router(context: PageContext.self, options: [.autoGenerateHeadEndpoints])
    let rooms = rooms
    let frame = Frame(site: self, navigation: rooms.flatMap(\.navigation))
    if !settings.isPractice { router.add(middleware: PublicDoor(site: self)) }
    router.add(middleware: FirstSteps(settings: settings, screen: screen))
    router.add(middleware: SecurityHeaders(isSecure: settings.isSecure))
    // Programs have nothing to do in practice.
    if !settings.isPractice { router.add(middleware: ApiDoor(desks: desks, screen: screen)) }
    router.add(middleware: ErrorPages(frame: frame))
    let open = Routes(router, frame)
    SitePages(desks: desks, assets: assets, settings: settings, screen: screen).add(to: open)
    // Practice has no phones in the field, and what a phone keeps must not be mixed up with it.
    let door = settings.isPractice ? nil : FieldDoor(desks: desks, settings: settings)
    door?.addOpen(to: open)
    if let field { FieldAppPages(app: field).add(to: open) }
    if !settings.isPractice { TipDoor(desks: desks, settings: settings, screen: screen).add(to: open) }
    if !settings.isPractice { OpenCampaignPages(desks: desks).add(to: open) }
    open.refuseOtherMethods()
    router.add(
      middleware: SessionKeeper(
        desk: desks.signIn, notices: settings.isPractice ? nil : desks.notices, settings: settings, screen: screen))
    router.add(middleware: ErrorPages(frame: frame))
    let signedIn = Routes(router, frame)
    door?.addSignedIn(to: signedIn)
    signedIn.refuseOtherMethods()
    router.add(middleware: FormGuard(settings: settings, root: desks.office.root))
    if case .isPractice(let desk, _) = settings.practice { router.add(middleware: PracticeWatch(practice: desk)) }
    let routes = Routes(router, frame)
    HomePages(desks: desks, rooms: rooms).add(to: routes)
    LanguagePages(settings: settings, screen: screen).add(to: routes)
    for room in rooms { room.add(to: routes) }
    routes.refuseOtherMethods()
    return (router, [open, signedIn, routes])
  }

  /// One site and where it listens.
  public struct Listener: Sendable {
    public var site: Site
    public var host: String
    /// 0 for any free one.
    public var port: Int
    public init(_ site: Site, host: String, port: Int) {
      self.site = site
      self.host = host
      self.port = port
    }
  }

  /// Serves several sites in one process until SIGTERM or SIGINT; one that can't go on ends all.
  ///
  /// - Parameter started: called with the listener's index and its port once it answers.
  public static func serve(
    _ listeners: [Listener], logger: Logger, started: @escaping @Sendable (Int, Int) async -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, listener) in listeners.enumerated() {
        group.addTask {
          try await listener.site.serve(host: listener.host, port: listener.port, logger: logger) {
            await started(index, $0)
          }
        }
      }
      do { while try await group.next() != nil {} } catch {
        group.cancelAll()
        throw error
      }
    }
  }

  /// So long a connection may stay open without saying anything: a client that sends half a form and falls silent must
  /// not hold it for ever. Longer than proxies keep theirs (nginx: 60 seconds), so that it is them who close. An answer
  /// under way, such as the stream of notices, is no silence.
  static let mostSilence = TimeAmount.seconds(75)

  /// Serves until SIGTERM or SIGINT, then finishes the requests under way.
  ///
  /// - Parameters:
  ///   - host: the address to listen on.
  ///   - port: 0 for any free one.
  ///   - started: called with the port once requests are answered.
  public func serve(
    host: String, port: Int, logger: Logger = Logger(label: "amparo"),
    started: @escaping @Sendable (Int) async -> Void = { _ in }
  ) async throws {
    let application = Application(
      responder: responder, server: .http1(configuration: .init(idleTimeout: Self.mostSilence)),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { await started($0.localAddress?.port ?? port) }, logger: logger)
    try await application.runService()
  }
}

/// A room's pages.
protocol RoomPages: Sendable {
  /// Registers the room's addresses.
  func add(to routes: Routes)
  /// What the room has to say on the actor's home page; `nil` for nothing.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection?
  /// The room's entries of the menu.
  var navigation: [NavigationEntry] { get }
}

extension RoomPages {
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? { nil }
  var navigation: [NavigationEntry] { [] }
}

/// One entry of the menu, for those who have the permission.
struct NavigationEntry: Sendable {
  var path: String
  /// The key of its text.
  var key: String
  var permission: Permission
  /// Another permission that shows it as well.
  var orElse: Permission?
  /// Whether every member sees it, whatever the permission says.
  var isForEverybody = false
}
