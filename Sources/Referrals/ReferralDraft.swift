import Basics
import CountryPack
import Foundation

/// A referral that is being written: the sending agency's own, until it is sent or put away.
///
/// It rests on no consent, nobody else learns of it and no clock runs. Sending judges everything anew.
public struct ReferralDraft: Hashable, Sendable {
  /// The referral that it will be.
  public var id: ReferralID
  public var caseID: CaseID
  public var agency: AgencyID
  /// Who wrote it last.
  public var member: MemberID
  public var codes: Codes
  public var savedAt: Moment
  /// `draft` or `discarded`: one that was sent is a `Referral`.
  public var state: Referral.State
  /// Counts up each time it is kept.
  public var revision: Int

  /// What is coded, as of a referral: lists need no key. Anything may still be open.
  public struct Codes: Hashable, Sendable {
    public var to: AgencyID?
    public var need: String
    public var purpose: String
    public var urgency: String

    public init(to: AgencyID? = nil, need: String = "", purpose: String = "", urgency: String = "") {
      self.to = to
      self.need = need
      self.purpose = purpose
      self.urgency = urgency
    }

    /// What was chosen must exist; nothing has to be chosen yet.
    func problems(_ pack: CountryPack) -> [FieldProblem] {
      var problems: [FieldProblem] = []
      if !need.isEmpty, pack.term(.needs, need) == nil, pack.term(.services, need) == nil {
        problems.append(FieldProblem("need", "error.referral_need"))
      }
      if !purpose.isEmpty, pack.term(.purposes, purpose) == nil {
        problems.append(FieldProblem("purpose", "error.referral_purpose"))
      }
      if !urgency.isEmpty, pack.term(.urgencies, urgency) == nil {
        problems.append(FieldProblem("urgency", "error.referral_urgency"))
      }
      return problems
    }
  }

  /// What concerns the person, sealed to the agency that writes it.
  public struct Words: Hashable, Sendable, Codable {
    /// At most 60 characters.
    public var language: String
    /// At most 300 characters.
    public var safeContact: String
    /// At most 600 characters.
    public var word: String

    public init(language: String = "", safeContact: String = "", word: String = "") {
      self.language = language.trimmingCharacters(in: .whitespacesAndNewlines)
      self.safeContact = safeContact.trimmingCharacters(in: .whitespacesAndNewlines)
      self.word = word.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func problems() -> [FieldProblem] {
      [("language", language, 60), ("safe_contact", safeContact, 300), ("word", word, 600)].compactMap {
        $0.1.count > $0.2 ? FieldProblem($0.0, Phrase("error.too_long", ["most": String($0.2)])) : nil
      }
    }
  }
}
