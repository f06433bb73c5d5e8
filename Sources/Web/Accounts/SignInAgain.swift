import Accounts
import Basics
import Hummingbird

/// Signing in again in the middle of a form: what was typed travels through the pages and is stored nowhere.
enum SignInAgain {
  static let prefix = "kept."

  /// The sign-in page with the form that came too late inside of it.
  static func page(_ visit: Visit, _ ended: EndedSession) -> Answer {
    let sheet = visit.sheet
    var fields = [
      sheet.text("login", label: "accounts.sign_in.login", autocomplete: "username"),
      sheet.text(
        "password", label: "accounts.sign_in.password", type: "password", autocomplete: "current-password"),
      sheet.hidden("to", ended.path),
    ]
    fields += ended.form.fields.filter { $0.name != "csrf" && !$0.name.contains("password") }.map {
      hidden(prefix + $0.name, $0.value)
    }
    return .page(
      "accounts/sign-in",
      [
        "form": sheet.view(action: "/sign-in", submit: "accounts.sign_in.submit", fields: fields),
        "isAgain": true,
      ], status: .unauthorized)
  }

  /// The kept fields of a sign-in form, to be shown in it again.
  static func keptFields(_ form: Form) -> [FormSheet.Field] {
    form.fields.filter { $0.name.hasPrefix(prefix) }.map { hidden($0.name, $0.value) }
  }

  /// After signing in: one button sends what was typed.
  static func resume(_ visit: Visit, path: String, csrf: String) -> Answer? {
    let kept = visit.form.fields.filter { $0.name.hasPrefix(prefix) }
    guard !kept.isEmpty else { return nil }
    let fields = kept.map { hidden(String($0.name.dropFirst(prefix.count)), $0.value) }
    return .page(
      "accounts/resume",
      [
        "csrf": csrf,
        "form": visit.sheet.view(action: path, submit: "accounts.resume.submit", fields: fields, cancel: "/"),
      ])
  }

  private static func hidden(_ name: String, _ value: String) -> FormSheet.Field {
    ["isHidden": true, "name": name, "value": value]
  }
}
