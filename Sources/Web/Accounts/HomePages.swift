import Accounts
import Basics
import HTTPTypes
import Hummingbird

/// The first page: for a member the work of the day. Strangers are led to the public site.
struct HomePages {
  let desks: Desks
  let rooms: [any RoomPages]

  func add(to routes: Routes) { routes.get("/", home) }

  private func home(_ visit: Visit) async throws -> Answer {
    guard let actor = visit.context.actor else {
      return visit.frame.settings.isPractice ? PracticePages.closed(visit) : .goTo(publicFront(visit))
    }
    var sections: [HomeSection] = []
    for room in rooms {
      if let section = try await room.home(visit, actor) { sections.append(section) }
    }
    let next = sections.compactMap(\.next).first
    return .page(
      "home/work",
      [
        "firstName": actor.name, "today": visit.dates.day(visit.dates.today), "next": next?.view,
        "sections": sections.map { $0.view(withNext: $0.next != next) }, "isEmpty": sections.isEmpty,
      ] as [String: Any?])
  }

  /// The public site, in the language that the reader chose or that the browser asks for.
  private func publicFront(_ visit: Visit) -> String {
    if visit.context.isLanguageChosen { return "/\(visit.language)" }
    let screen = visit.frame.screen
    let written = screen.publicLanguages.filter { screen.isWritten("public/front", $0) }
    return "/\(FirstSteps.wanted(visit.request.headers[.acceptLanguage] ?? "", of: written))"
  }
}

/// What a room puts on a member's home page: a short work list and one clear next action.
struct HomeSection: Sendable {
  /// The key of its title.
  var title: String
  var rows: [WorkRow] = []
  /// The key of the sentence that stands where there are no rows.
  var empty: String?
  /// What to do next. The first section's stands on top of the page.
  var next: Link?
  /// Where the whole list is.
  var all: Link?

  struct Link: Sendable, Hashable {
    var address: String
    /// The text itself, not its key.
    var label: String
    var view: [String: Any] { ["address": address, "label": label] }
  }

  let words: Words

  func view(withNext: Bool) -> [String: Any] {
    var view: [String: Any] = ["title": words(title), "rows": rows.map(\.view), "hasRows": !rows.isEmpty]
    view["empty"] = empty.map { words($0) }
    if withNext { view["next"] = next?.view }
    view["all"] = all?.view
    return view
  }
}

/// One line of a work list (`parts/work-row`): what it is, where it stands, until when, who has it now, what to do.
struct WorkRow: Sendable {
  var title: String
  /// Empty when there is nowhere to go.
  var address: String
  /// Short facts: a code, a province, an age band.
  var facts: [String] = []
  var status: Status?
  /// From `Dates.due`.
  var due: (text: String, isOver: Bool)?
  /// The day of it, where there is one: for spreadsheets.
  var dueOn: CalendarDay?
  /// Who has it now.
  var holder: String?
  /// What to do with it: the button's text.
  var action: String?

  var view: [String: Any] {
    var view: [String: Any] = ["title": title, "facts": facts]
    if !address.isEmpty { view["address"] = address }
    view["status"] = status?.view
    view["due"] = due.map { ["text": $0.text, "isOver": $0.isOver] as [String: Any] }
    view["holder"] = holder
    view["action"] = action
    return view
  }
}

/// A state as a chip (`parts/status`): its text, and a shape and colour that repeat it.
struct Status: Sendable, Hashable {
  enum Tone: String, Sendable {
    /// ○ not begun
    case open
    /// ◐ under way
    case active
    /// ● done
    case done
    /// ▲ needs someone now
    case urgent
    /// ✕ ended without
    case ended
  }
  /// The text itself, not its key.
  var text: String
  var tone: Tone

  var view: [String: Any] { ["html": html] }

  /// Escaped, as it stands in pages and in cells of tables.
  var html: String {
    let shape =
      switch tone {
      case .open: "○"
      case .active: "◐"
      case .done: "●"
      case .urgent: "▲"
      case .ended: "✕"
      }
    return """
      <span class="status \(tone.rawValue)"><span aria-hidden="true">\(shape)</span> \(Screen.escaped(text))</span>
      """
  }
}
