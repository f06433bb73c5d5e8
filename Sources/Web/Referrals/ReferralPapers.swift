import Accounts
import Basics
import Documents
import Referrals

/// What leaves the house on paper: a one-time code for a provider without an account, and the envelope as a document.
extension ReferralPages {
  /// Makes a code and shows it, the only time. The word stands apart: it is told by telephone and printed nowhere.
  func codePage(_ visit: Visit, _ actor: Actor, _ id: ReferralID, event: ReferralEventID) async throws -> Answer {
    guard !visit.frame.settings.isPractice else { throw Refusal.notFound }
    let given = try await desks.outside.give(actor, id, event: event)
    let (words, address) = (visit.words, visit.frame.settings.publicAddress + "/r")
    return .page(
      "referrals/code",
      [
        "address": address, "code": given.code, "word": given.word, "agency": given.referral.to.name,
        // Behind the #, a browser sends nothing to anybody.
        "mark": QRCode.svg(address + "#" + given.code, label: words("referrals.code.mark")),
        "until": words("referrals.code.until", ["moment": visit.dates.moment(given.expiresAt)]),
        "number": Self.number(of: id), "back": Self.address(id),
      ])
  }

  /// By what both sides name a referral on the telephone: eight letters of its random name, which say nothing.
  static func number(of id: ReferralID) -> String {
    let letters = String(id.description.suffix(8)).uppercased()
    return letters.prefix(4) + "-" + letters.suffix(4)
  }

  /// The envelope as a PDF, to be handed over where there is no network; answered by telephone with its number.
  func envelopePaper(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await desks.referrals.view(actor, try visit.id("referral"))
    guard view.envelope != nil else { throw Refusal(.noBasis, Phrase("error.referral_sealed")) }
    let texts = try await ReferralWords(visit, actor, desks)
    let (words, referral) = (visit.words, view.referral)
    let number = Self.number(of: referral.id)
    let blank = "________________________________"
    var blocks: [TextSheet.Block] = [
      .text(words("referrals.route", ["from": referral.from.name, "to": referral.to.name])),
      .heading(words("referrals.envelope")),
    ]
    for fact in facts(view, visit, texts) where !fact.value.isEmpty {
      blocks.append(.line(term: fact.term, value: fact.value))
    }
    blocks.append(.heading(words("referrals.paper.answer")))
    blocks.append(.text(words("referrals.paper.how", ["agency": referral.from.name, "number": number])))
    for line in ["accept", "decline", "when", "outcome"] {
      blocks.append(.line(term: words("referrals.paper.\(line)"), value: blank))
    }
    let sheet = TextSheet(
      title: texts.need(referral.need), header: words("referrals.paper.header", ["number": number]),
      footer: words("referrals.printed_more"), blocks: blocks)
    let now = desks.office.clock.now()
    return .file(
      try sheet.pdf(on: .a4, created: now, visit.language), name: "amparo-referral.pdf", type: "application/pdf")
  }
}
