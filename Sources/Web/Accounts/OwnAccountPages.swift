import Accounts
import Basics
import Foundation
import Hummingbird
import Vault

/// A member's own account: roles, language, the second step of signing in.
struct OwnAccountPages: RoomPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/account", account)
    routes.get("/account/second-step") { visit in try await secondStepPage(visit, visit.sheet) }
    routes.post("/account/second-step", confirmSecondStep)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard !(try await desks.members.own(actor)).hasSecondFactor else { return nil }
    let words = visit.words
    return HomeSection(
      title: "accounts.home.account",
      rows: [
        WorkRow(
          title: words("accounts.home.second"), address: "/account/second-step",
          facts: [words("accounts.home.second_why")],
          status: Status(text: words("accounts.home.second_off"), tone: .open))
      ], words: words)
  }

  private func account(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let member = try await desks.members.own(actor)
    let words = visit.words
    let roles = roleNames(member.roles, words)
    return .page(
      "accounts/account",
      [
        "facts": Definitions([
          (words("accounts.account.name"), member.profile.name),
          (words("accounts.sign_in.login"), member.profile.login),
          (words("accounts.account.agency"), actor.agencyName),
          (words("accounts.account.roles"), roles),
        ]).view,
        "hasSecond": member.hasSecondFactor,
        "second": Status(
          text: words(member.hasSecondFactor ? "accounts.account.second_on" : "accounts.account.second_off"),
          tone: member.hasSecondFactor ? .done : .open
        ).view,
      ])
  }

  private func secondStepPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let member = try await desks.members.own(actor)
    // The offered secret travels in the form, sealed: nothing is stored until its first digits were right.
    let secret = try offered(visit, actor) ?? desks.signIn.newSecondFactor()
    let sealed = try desks.office.root.seal(
      secret, purpose: "totp-offer", context: Array(actor.member.description.utf8))
    let address = OneTimePassword(secret: secret)?.address(account: member.profile.login) ?? ""
    let letters = address.firstMatch(of: /secret=([A-Z2-7]+)/).map { String($0.1) } ?? ""
    let groups = stride(from: 0, to: letters.count, by: 4).map { String(letters.dropFirst($0).prefix(4)) }
    var hidden = sheet.hidden("offer", "")
    hidden["value"] = Data(sealed).base64EncodedString()
    let digits = sheet.text(
      "digits", label: "accounts.second.digits", hint: "accounts.second.digits_hint", autocomplete: "one-time-code",
      inputmode: "numeric")
    return .page(
      "accounts/second-step",
      [
        "secret": groups.joined(separator: " "), "otpauth": address, "hasSecond": member.hasSecondFactor,
        "form": sheet.view(
          action: "/account/second-step", submit: "accounts.second.submit", fields: [hidden, digits],
          cancel: "/account"),
      ])
  }

  private func offered(_ visit: Visit, _ actor: Actor) throws -> [UInt8]? {
    guard let text = visit.form["offer"] else { return nil }
    guard let data = Data(base64Encoded: text),
      let secret = try? desks.office.root.open(
        Array(data), purpose: "totp-offer", context: Array(actor.member.description.utf8))
    else { throw RefusedRequest.malformed }
    return secret
  }

  private func confirmSecondStep(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      guard let secret = try offered(visit, actor) else { throw RefusedRequest.malformed }
      var reader = FormReader(visit.form)
      let digits = reader.text("digits", upTo: 20)
      try reader.check()
      let codes = try await desks.signIn.confirmSecondFactor(actor, secret: secret, digits: digits)
      return .page("accounts/second-codes", ["codes": codes])
    } orShow: { sheet in
      try await secondStepPage(visit, sheet)
    }
  }
}
