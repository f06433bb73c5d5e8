import Accounts
import Basics
import Casework
import CountryPack
import NationalPlan

/// Two campaigns and four events of the demonstration: one that is over and counted, one under way on the radio with
/// workshops for journalists, of which one waits to be reported. Everything is made up, and says so.
struct CampaignStory {
  let stage: Stage

  private var desk: CampaignDesk {
    CampaignDesk(stage.office, stage.pack) { bytes in
      let file = try AttachmentReader.read(bytes)
      return MaterialFile(contentType: file.format.contentType, ending: file.format.ending, bytes: file.bytes)
    }
  }

  private func both(_ es: String, _ en: String) -> LocalizedText { LocalizedText(es: es, en: en) }
  private func day(_ days: Int) -> CalendarDay { stage.day(stage.today).adding(days: days) }
  private func entry() -> CampaignEntryID { stage.office.randomness.identifier(CampaignEntryEntity.self) }
  private func event() -> CampaignEventID { stage.office.randomness.identifier(CampaignEventEntity.self) }

  func plan(_ timeline: inout Timeline) throws {
    let press = try stage.team.actor(.committee, .coordinator)
    tellTerminals(&timeline, press)
    tellRadio(&timeline, press)
    tellTalk(&timeline, press)
    tellKit(&timeline, press)
  }

  // MARK: One that is over

  private func tellTerminals(_ timeline: inout Timeline, _ press: Actor) {
    let campaign = Campaign(
      id: stage.office.randomness.identifier(CampaignEntity.self), code: "terminales",
      name: both("Antes de subir al bus (ficticia)", "Before getting on the bus (fictional)"),
      aim: both(
        "Que quien viaja con una promesa de trabajo sepa qué preguntar.",
        "That whoever travels on a promise of work knows what to ask."),
      audiences: ["public", "transport"], channels: ["posters", "social"], provinces: ["EC-G", "EC-P"],
      from: day(-200), until: day(-120), lead: "mintur", partners: ["oim"], isPublic: true)
    let message = CampaignMessage(
      language: "es",
      words: "¿Quién pagó el pasaje? ¿Quién tiene su documento? ¿Qué pasa si no se queda?\nPreguntar no cuesta nada.")
    let reach = [
      Reach(
        id: entry(), subject: .campaign(campaign.id), audience: "transport", number: 1500, unit: .copies,
        method: "handed_out", source: "Actas de entrega ficticias 1 a 6", day: day(-150)),
      Reach(
        id: entry(), subject: .campaign(campaign.id), audience: "public", number: 25_000, unit: .impressions,
        method: "platform", source: "Informe ficticio de la red social", day: day(-121)),
    ]
    let money = money(
      campaign.id, [(.budget, 250_000, -200), (.spent, 183_450, -125)], source: "Fondo ficticio de cooperación")
    timeline.add(stage.today - .days(200) + .hours(15)) {
      try await desk.put(press, campaign)
      try await desk.put(press, message, of: campaign.id)
    }
    timeline.add(stage.today - .days(118) + .hours(15)) {
      for one in reach { try await desk.add(press, one) }
      for one in money { try await desk.add(press, one) }
      try await desk.report(
        press, campaign.id, .done, doneOn: day(-121),
        result: "Afiches en seis terminales (ficticio). Dos cooperativas pidieron más.", seen: 1)
    }
  }

  private func money(
    _ campaign: CampaignID, _ amounts: [(PlanMoney.Kind, Int64, Int)], source: String
  ) -> [CampaignMoney] {
    amounts.map { kind, cents, days in
      CampaignMoney(
        id: entry(), subject: .campaign(campaign),
        money: PlanMoney(kind: kind, source: source, currency: "USD", amount: Money(cents: cents), day: day(days)))
    }
  }

  // MARK: One that is under way

  private func tellRadio(_ timeline: inout Timeline, _ press: Actor) {
    let campaign = Campaign(
      id: stage.office.randomness.identifier(CampaignEntity.self), code: "radio-frontera",
      name: both("Radio en la frontera (ficticia)", "Radio at the border (fictional)"),
      aim: both(
        "Cuñas en español y kichwa, y periodistas que informan sin hacer daño.",
        "Spots in Spanish and Kichwa, and journalists who report without harm."),
      audiences: ["communities", "media"], channels: ["radio", "talks"], provinces: ["EC-U"], canton: "Lago Agrio",
      from: day(-45), until: day(60), lead: "gad-frontera-norte", partners: ["oim"], isPublic: true)
    let messages = [
      CampaignMessage(
        language: "es",
        words: "Si le ofrecen trabajo lejos, pregunte quién paga, quién guarda sus papeles y cómo vuelve."),
      // Nobody here speaks it: a made-up translation would be worse than none.
      CampaignMessage(
        language: "qu",
        words: "(Aquí va la versión que escriben y revisan personas kichwahablantes de Sucumbíos. Demostración.)"),
    ]
    let workshops = [(-30, "uno", "one"), (-3, "dos", "two"), (20, "tres", "three")].map { days, es, en in
      CampaignEvent(
        id: event(), campaign: campaign.id, kind: "workshop",
        name: both("Taller \(es) para periodistas (ficticio)", "Workshop \(en) for journalists (fictional)"),
        audiences: ["media"], province: "EC-U", place: "Auditorio municipal (ficticio)", day: day(days),
        lead: "gad-frontera-norte")
    }
    let came = Reach(
      id: entry(), subject: .event(workshops[0].id), number: 18, unit: .people, method: "signatures",
      source: "Hoja de firmas ficticia", day: day(-30))
    let heard = [
      Reach(
        id: entry(), subject: .campaign(campaign.id), audience: "communities", number: 36, unit: .broadcasts,
        method: "broadcast_log", source: "Registro ficticio de la emisora", day: day(-10)),
      Reach(
        id: entry(), subject: .campaign(campaign.id), audience: "communities", number: 4000, unit: .people,
        method: "medium", source: "Audiencia según la emisora (ficticio)", day: day(-10)),
    ]
    let money = money(
      campaign.id, [(.budget, 600_000, -45), (.spent, 210_000, -12)], source: "Fondo ficticio de cooperación")
    let stage = stage
    timeline.add(stage.today - .days(46) + .hours(15)) {
      // Where the demonstration has a plan, the campaign serves its first objective.
      let plans = try await NationalPlanDesk(stage.office, stage.pack).plans(press)
      var campaign = campaign
      campaign.link = plans.first { $0.head.code == NationalPlanStory.code }.map { .init(plan: $0.id, part: "1.1") }
      try await desk.put(press, campaign)
      for message in messages { try await desk.put(press, message, of: campaign.id) }
      for workshop in workshops { try await desk.put(press, workshop) }
    }
    timeline.add(stage.today - .days(29) + .hours(15)) {
      try await desk.report(press, campaign.id, .underWay, doneOn: nil, result: "", seen: 1)
      var held = workshops[0]
      (held.state, held.revision) = (.held, 1)
      try await desk.put(press, held)
      try await desk.add(press, came)
    }
    timeline.add(stage.today - .days(9) + .hours(15)) {
      for one in heard { try await desk.add(press, one) }
      for one in money { try await desk.add(press, one) }
    }
  }

  // MARK: One by itself, and what the press finds

  private func tellTalk(_ timeline: inout Timeline, _ press: Actor) {
    let talk = CampaignEvent(
      id: event(), kind: "talk", name: both("Charla en una universidad (ficticia)", "Talk at a university (fictional)"),
      audiences: ["universities"], province: "EC-P", place: "Aula magna (ficticia)", day: day(-70), lead: "oim",
      isOpen: true)
    let came = Reach(
      id: entry(), subject: .event(talk.id), number: 85, unit: .people, method: "door",
      source: "Conteo ficticio en la entrada", day: day(-70))
    timeline.add(stage.today - .days(80) + .hours(15)) { try await desk.put(press, talk) }
    timeline.add(stage.today - .days(69) + .hours(15)) {
      var held = talk
      (held.state, held.revision) = (.held, 1)
      try await desk.put(press, held)
      try await desk.add(press, came)
    }
  }

  private func tellKit(_ timeline: inout Timeline, _ press: Actor) {
    let script = CampaignMaterial(
      id: stage.office.randomness.identifier(CampaignMaterialEntity.self), code: "guion-cuna-radio",
      title: both("Guion de la cuña (ficticio)", "Script of the spot (fictional)"),
      about: both("Texto de treinta segundos, dos voces.", "A text of thirty seconds, two voices."), language: "es",
      rights: "Ficticio, CC BY 4.0", content: .file(.init(contentType: "", ending: "", size: 0)), isPublic: true)
    let words = """
      VOZ 1: Me ofrecieron trabajo lejos.
      VOZ 2: ¿Quién paga el viaje? ¿Quién guarda tus papeles? ¿Cómo vuelves?
      VOZ 1: No lo pregunté.
      VOZ 2: Pregúntalo. Y cuéntale a alguien de confianza a dónde vas.
      """
    let office = PressOffice(
      name: both("Oficina de prensa del comité (ficticia)", "Press office of the committee (fictional)"), phone: "",
      mail: "prensa@example.org", hours: both("Lunes a viernes, de 9 a 17 h", "Monday to Friday, 9 to 17 h"))
    timeline.add(stage.today - .days(40) + .hours(15)) {
      try await desk.put(press, script, bytes: Array(words.utf8))
      try await desk.put(press, office)
      try await desk.put(
        press, ShortLink(code: "radio", target: "/es/campaigns/radio-frontera", title: "Cuñas de radio (ficticias)"))
    }
  }
}
