import Basics
import Records
import Vault

/// The making of an agency's keys.
enum AgencyKeys {
  /// Starts the next epoch of a key and seals it to every active member who still holds the one before.
  ///
  /// Needs no key of its own: the new one is fresh, and sealing to members needs their public keys only. Invitations
  /// not taken up yet carry the older keys only, so they end; invite again.
  static func startEpoch(_ agency: AgencyID, _ scope: KeyScope, at moment: Moment, _ transaction: any WriteTransaction)
    throws
  {
    guard let (epoch, _) = try AccountsRecords.newestKey(agency, scope, transaction) else { return }
    let holders = try AccountsRecords.holders(agency, scope, epoch: epoch, transaction)
    let slot = Keyring.Slot(scope: scope, epoch: epoch + 1)
    let key = ExchangeKey()
    try AccountsRecords.insertKey(
      agency, scope, epoch: slot.epoch, publicKey: key.publicKey, at: moment, transaction)
    for holder in holders {
      let context = agencyWrapContext(agency, scope, epoch: slot.epoch, recipient: holder.member.description)
      try AccountsRecords.insertWrap(
        agency, slot, member: holder.member, wrap: try key.wrapped(to: holder.publicKey, context: context), transaction)
    }
    try AccountsRecords.deleteInvitations(of: agency, transaction)
  }
}
