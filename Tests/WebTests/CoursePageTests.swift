import Accounts
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct CoursePageTests {
  @Test(arguments: TestEngine.available) func aTrainerHasAllOfACourse(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      try await house.join("tere", [.trainer])
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      let list = try await trainer.get("/courses")
      #expect(list.contains("href=\"/courses/general\"") && list.contains("Sin verificar"))
      var page = try await trainer.get("/courses/general")
      #expect(page.contains("Antes de empezar") && page.contains("/courses/general/lessons/general-4-law"))
      for path in ["facilitator", "handout", "groupwork", "variants", "slides", "lessons/general-1-act-means-purpose"] {
        for language in ["es", "en"] {
          trainer.acceptLanguage = language
          page = try await trainer.get("/courses/general/\(path)")
          #expect(page.status == .ok && !page.contains("⟦"), "\(path)")
        }
      }
      page = try await trainer.get("/courses/general/slides/2")
      #expect(page.contains("href=\"/courses/general/slides/1\" rel=\"prev\""))
      #expect(page.contains("href=\"/courses/general/slides/3\" rel=\"next\"") && page.contains("2 / 16"))
      #expect(!page.contains("class=\"site\"") && page.contains("/assets/amparo.js"))
      #expect(try await !trainer.get("/courses/general/slides/16").contains("rel=\"next\""))
      page = try await trainer.get("/courses/general/slides?on=4")
      #expect(page.contains("class=\"slide-sheet on-4\""))
      #expect(page.text.matches(of: /class="slide-small"/).count == 16)
      #expect(try await trainer.get("/courses/general/handout?paper=letter").contains("paper-letter"))
      #expect(try await trainer.get("/agendas/three-days").contains("08:30–09:00"))
      #expect(try await trainer.get("/agendas/half-day").contains("<td>08:50–10:15</td>"))
      for wrong in [
        "/courses/none", "/courses/general/slides/0", "/courses/general/slides/17", "/courses/general/slides/x",
        "/courses/general/lessons/assist-5-return", "/courses/general/lessons/..%2f..%2fpack", "/agendas/none",
        "/courses/..%2F..%2Fetc%2Fpasswd/handout",
      ] {
        #expect(try await trainer.get(wrong).status == .notFound, "\(wrong)")
      }
      let nobody = TestBrowser(house)
      for path in ["/courses", "/courses/general", "/courses/general/slides/1", "/agendas/three-days"] {
        #expect(try await nobody.get(path).location.hasPrefix("/sign-in"), "\(path)")
      }
    }
  }
}
