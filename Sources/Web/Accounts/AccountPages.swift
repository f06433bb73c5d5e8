import Accounts
import Basics
import Hummingbird
import Vault

/// Signing in and out.
struct AccountPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/sign-in") { visit in
      visit.context.actor == nil ? signInPage(visit, visit.sheet) : .goTo(destination(visit))
    }
    routes.post("/sign-in", signIn)
    routes.post("/sign-out", signOut)
  }

  private func signIn(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let login = reader.text("login", upTo: 100)
      let password = visit.form["password"] ?? ""
      if password.isEmpty { reader.refuse("password", "error.missing") }
      try reader.check()
      let second = visit.form["second_factor"]
      let client = visit.context.client
      switch try await desks.signIn.signIn(login: login, password: password, secondFactor: second, client: client) {
      case .signedIn(let token): return signedIn(token, to: destination(visit))
      case .secondFactorNeeded:
        return signInPage(visit, FormSheet(words: visit.words, typed: visit.form), asksSecond: true)
      }
    } orShow: { sheet in
      signInPage(visit, sheet, asksSecond: visit.form["second_factor"] != nil)
    }
  }

  private func signInPage(_ visit: Visit, _ sheet: FormSheet, asksSecond: Bool = false) -> Answer {
    var fields = [
      sheet.text("login", label: "accounts.sign_in.login", autocomplete: "username"),
      sheet.text(
        "password", label: "accounts.sign_in.password",
        hint: asksSecond ? "accounts.sign_in.password_again" : nil, type: "password", autocomplete: "current-password"),
    ]
    if asksSecond {
      fields.append(
        sheet.text(
          "second_factor", label: "accounts.sign_in.second", hint: "accounts.sign_in.second_hint",
          autocomplete: "one-time-code"))
    }
    fields.append(sheet.hidden("to", destination(visit)))
    return .page(
      "accounts/sign-in",
      [
        "form": sheet.view(action: "/sign-in", submit: "accounts.sign_in.submit", fields: fields),
        "asksSecond": asksSecond,
      ])
  }

  /// The page that was asked for before signing in.
  private func destination(_ visit: Visit) -> String {
    let to = visit.form["to"] ?? visit.query["to"] ?? "/"
    return Visit.isLocal(to) && !to.hasPrefix("/sign-") ? to : "/"
  }

  private func signedIn(_ token: Token, to path: String) -> Answer {
    var answer = Answer.goTo(path)
    // Forms from before are nobody's now.
    answer.cookies = [
      settings.cookie("session", token.exposedText), settings.cookie("form", Token().exposedText),
    ]
    return answer
  }

  private func signOut(_ visit: Visit) async throws -> Answer {
    if let actor = visit.context.actor { try await desks.signIn.signOut(actor) }
    var answer = Answer.goTo("/")
    answer.cookies = [settings.noCookie("session"), settings.cookie("form", Token().exposedText)]
    return answer
  }
}
