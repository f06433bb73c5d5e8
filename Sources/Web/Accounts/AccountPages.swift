import Accounts
import Basics
import Hummingbird
import Vault

/// Signing in and out, and the two ways to a new password: a link from a colleague, a printed code.
struct AccountPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/sign-in") { visit in
      visit.context.actor == nil ? signInPage(visit, visit.sheet) : .goTo(destination(visit))
    }
    routes.post("/sign-in", signIn)
    routes.post("/sign-out", signOut)
    routes.get("/invitation/:token") { visit in
      _ = try token(visit)
      return newPasswordPage(visit, visit.sheet)
    }
    routes.post("/invitation/:token", acceptInvitation)
    routes.get("/recover") { visit in recoveryPage(visit, visit.sheet) }
    routes.post("/recover", recover)
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
      case .signedIn(let token): return try await signedIn(visit, token)
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
    fields += SignInAgain.keptFields(visit.form)
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

  private func signedIn(_ visit: Visit, _ token: Token) async throws -> Answer {
    let path = destination(visit)
    let actor = try await desks.signIn.actor(for: token)
    var answer = SignInAgain.resume(visit, path: path, csrf: visit.formTag(actor)) ?? .goTo(path)
    answer.cookies = [settings.cookie("session", token.exposedText)]
    return answer
  }

  private func signOut(_ visit: Visit) async throws -> Answer {
    if let actor = visit.context.actor { try await desks.signIn.signOut(actor) }
    var answer = Answer.goTo("/")
    answer.cookies = [settings.noCookie("session"), settings.cookie("form", Token().exposedText)]
    return answer
  }

  // MARK: A new password

  private func token(_ visit: Visit) throws(Refusal) -> Token {
    guard let token = Token(visit.part("token")) else { throw Refusal(.notFound, Phrase("error.invitation")) }
    return token
  }

  private func acceptInvitation(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    return try await visit.attempt {
      let password = try typedPassword(visit)
      let accepted = try await desks.members.accept(token, password: password, language: visit.language)
      return codePage(accepted.recovery)
    } orShow: { sheet in
      newPasswordPage(visit, sheet)
    }
  }

  private func newPasswordPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    .page(
      "accounts/new-password",
      [
        "form": sheet.view(
          action: "/invitation/" + visit.part("token"), submit: "accounts.new_password.submit",
          fields: passwordFields(sheet))
      ])
  }

  private func recover(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let login = reader.text("login", upTo: 100)
      let code = reader.text("code", upTo: 100)
      try reader.check()
      let password = try typedPassword(visit)
      return codePage(try await desks.members.recover(login: login, code: code, newPassword: password))
    } orShow: { sheet in
      recoveryPage(visit, sheet)
    }
  }

  private func recoveryPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let fields = [
      sheet.text("login", label: "accounts.sign_in.login", autocomplete: "username"),
      sheet.text("code", label: "accounts.recover.code", hint: "accounts.recover.code_hint"),
    ]
    return .page(
      "accounts/recover",
      [
        "form": sheet.view(
          action: "/recover", submit: "accounts.new_password.submit", fields: fields + passwordFields(sheet),
          cancel: "/sign-in")
      ])
  }

  private func passwordFields(_ sheet: FormSheet) -> [FormSheet.Field] {
    [
      sheet.text(
        "password", label: "accounts.new_password.password", hint: "accounts.new_password.hint", type: "password",
        autocomplete: "new-password"),
      sheet.text(
        "again", label: "accounts.new_password.again", type: "password", autocomplete: "new-password"),
    ]
  }

  private func typedPassword(_ visit: Visit) throws -> String {
    let password = visit.form["password"] ?? ""
    var reader = FormReader(visit.form)
    if password.isEmpty { reader.refuse("password", "error.missing") }
    if password != visit.form["again"] { reader.refuse("again", "error.again") }
    try reader.check()
    return password
  }

  private func codePage(_ code: RecoveryCode) -> Answer {
    .page("accounts/recovery-code", ["code": code.exposedText])
  }
}
