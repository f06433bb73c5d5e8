import Basics
import Foundation
import Testing

@Suite struct IdentifierFormsTests {
  @Test func uuidsAndLettersNameTheSame() throws {
    for _ in 0..<500 {
      let uuid = UUID().uuidString.lowercased()
      let id = try #require(ScreeningID.inEitherForm(uuid))
      #expect(id.uuid == uuid)
      #expect(ScreeningID.inEitherForm(id.description) == id)
      let random = ScreeningID.random()
      #expect(ScreeningID.fromUUID(random.uuid) == random)
    }
    #expect(ScreeningID.fromUUID("00000000-0000-0000-0000-000000000001")?.description == "00000000000000000000000001")
    #expect(ScreeningID.fromUUID("ffffffff-ffff-ffff-ffff-ffffffffffff")?.description == "7zzzzzzzzzzzzzzzzzzzzzzzzz")
  }

  @Test(arguments: [
    "", "9f3c", "9F3C0000-0000-4000-8000-000000000000", "9f3c0000-0000-4000-8000-00000000000",
    "9f3c00000000-4000-8000-0000000000000", "9f3c0000-0000-4000-8000-00000000000g",
    "9f3c0000 0000 4000 8000 000000000000",
    "8zzzzzzzzzzzzzzzzzzzzzzzzz",
  ]) func nothingElseIsRead(_ text: String) { #expect(ScreeningID.inEitherForm(text) == nil) }
}
