import Accounts
import Basics
import CountryPack
import NationalPlan

/// The shipped plan in the demonstration: taken over by the coordinator, with a fictional objective in each of two axes,
/// a few activities in every state, money, values, and a meeting whose decisions are partly carried out.
///
/// Everything but the axes is made up, and says so.
struct NationalPlanStory {
  let stage: Stage
  static let code = "pacta-2019"

  private func both(_ es: String, _ en: String) -> LocalizedText { LocalizedText(es: es, en: en) }

  func plan(_ timeline: inout Timeline) throws {
    let shipped = PlanShelf.plans(stage.pack).first { $0.code == Self.code }
    let today = stage.day(stage.today)
    // A demonstration of another year or country has no such plan to tell of.
    guard let shipped, shipped.isInForce(on: today.adding(days: -400)), shipped.isInForce(on: today.adding(days: 200))
    else { return }
    let desk = NationalPlanDesk(stage.office, stage.pack)
    let secretary = try stage.team.actor(.committee, .coordinator)
    let id = stage.office.randomness.identifier(PlanVersionEntity.self)
    timeline.add(stage.today - .days(60) + .hours(9)) {
      try await desk.takeOver(secretary, id: id, code: shipped.code, version: shipped.version)
      for objective in objectives(shipped) { try await desk.put(secretary, objective, in: id, seen: 0) }
      for indicator in indicators { try await desk.put(secretary, indicator, in: id, seen: 0) }
      for activity in activities(today) { try await desk.put(secretary, activity, in: id, seen: 0) }
    }
    tellMoney(&timeline, desk, secretary, id)
    tellProgress(&timeline, desk, secretary, id)
    tellMeeting(&timeline, desk, secretary, id)
  }

  // MARK: The plan

  private func objectives(_ plan: Plan) -> [PlanObjective] {
    [
      PlanObjective(
        code: "1.1", axis: plan.axes[0].code,
        name: both(
          "Ficticio: quienes atienden en frontera saben reconocer la trata",
          "Fictional: those who serve at the border can recognise trafficking")),
      PlanObjective(
        code: "2.1", axis: plan.axes[1].code,
        name: both(
          "Ficticio: cada persona derivada recibe respuesta a tiempo",
          "Fictional: every person referred is answered in time")),
    ]
  }

  private var indicators: [PlanIndicator] {
    [
      PlanIndicator(
        code: "i.1", objective: "1.1", name: both("Personas capacitadas", "People trained"),
        unit: both("personas", "persons"), baseline: PlanNumber(0), target: PlanNumber(300), source: "Amparo",
        howMeasured: both("Quien terminó un curso, una vez", "Whoever ended a course, once"), live: .trainedPeople),
      PlanIndicator(
        code: "i.2", objective: "1.1", name: both("Talleres hechos (ficticio)", "Workshops held (fictional)"),
        unit: both("talleres", "workshops"), baseline: PlanNumber(2), target: PlanNumber(12),
        source: "Actas del comité (ficticio)",
        howMeasured: both("Se cuentan las actas firmadas", "Signed minutes are counted")),
      PlanIndicator(
        code: "i.3", objective: "2.1", name: both("Derivaciones atendidas a tiempo", "Referrals answered in time"),
        unit: both("derivaciones", "referrals"), source: "Amparo",
        howMeasured: both("Ni rechazadas ni contestadas tarde", "Neither declined nor answered late"),
        live: .referralsInTime),
    ]
  }

  private func activities(_ today: CalendarDay) -> [PlanActivity] {
    func one(
      _ code: String, _ objective: String, _ name: LocalizedText, lead: String, partners: [String] = [],
      provinces: [String] = [], from: Int, until: Int, dependsOn: [String] = []
    ) -> PlanActivity {
      PlanActivity(
        code: code, objective: objective, name: name, lead: lead, partners: partners, provinces: provinces,
        from: today.adding(days: from), until: today.adding(days: until), dependsOn: dependsOn)
    }
    return [
      one(
        "1.1.a", "1.1", both("Taller en la frontera norte (ficticio)", "Workshop at the northern border (fictional)"),
        lead: "gad-frontera-norte", partners: ["oim", "mdt"], provinces: ["EC-C", "EC-U", "EC-E"], from: -300,
        until: -240),
      one(
        "1.1.b", "1.1",
        both("Curso para inspectores de trabajo (ficticio)", "Course for labour inspectors (fictional)"),
        lead: "mdt", partners: ["oim"], provinces: ["EC-P"], from: -200, until: -20, dependsOn: ["1.1.a"]),
      one(
        "1.1.c", "1.1", both("Material para terminales de buses (ficticio)", "Material for bus terminals (fictional)"),
        lead: "mintur", provinces: ["EC-P", "EC-G", "EC-O"], from: -15, until: 120, dependsOn: ["1.1.b"]),
      one(
        "2.1.a", "2.1", both("Directorio de servicios al día (ficticio)", "Directory of services kept (fictional)"),
        lead: "mies", partners: ["dpe"], from: -390, until: -250),
      one(
        "2.1.b", "2.1", both("Plazos de derivación acordados (ficticio)", "Time limits of referral agreed (fictional)"),
        lead: "dpe", partners: ["fge", "mies"], provinces: ["EC-U"], from: -100, until: 60),
      one(
        "2.1.c", "2.1", both("Evaluación con las instituciones (ficticio)", "Review with the institutions (fictional)"),
        lead: "fge", from: 90, until: 180, dependsOn: ["2.1.b"]),
    ]
  }

  // MARK: What happened

  private func tellMoney(
    _ timeline: inout Timeline, _ desk: NationalPlanDesk, _ secretary: Actor, _ id: StoredPlanID
  ) {
    let money: [(String, PlanMoney.Kind, String, Int64, Int)] = [
      ("1.1.a", .budget, "Fondo ficticio de cooperación", 1_850_000, -300),
      ("1.1.a", .spent, "Fondo ficticio de cooperación", 1_792_450, -240),
      ("1.1.b", .budget, "Presupuesto ficticio del Estado", 2_400_000, -200),
      ("1.1.b", .spent, "Presupuesto ficticio del Estado", 910_075, -90),
      ("1.1.c", .budget, "Fondo ficticio de cooperación", 600_000, -15),
      ("2.1.b", .budget, "Presupuesto ficticio del Estado", 350_000, -100),
    ]
    let entries = money.map { ($0, stage.office.randomness.identifier(PlanEntryEntity.self)) }
    let (today, begin) = (stage.day(stage.today), stage.today)
    timeline.add(begin - .days(59) + .hours(10)) {
      for ((activity, kind, source, cents, days), entry) in entries {
        try await desk.add(
          secretary,
          PlanMoney(
            kind: kind, source: source, currency: "USD", amount: Money(cents: cents), day: today.adding(days: days)),
          entry, to: activity, in: id)
      }
    }
  }

  private func tellProgress(
    _ timeline: inout Timeline, _ desk: NationalPlanDesk, _ secretary: Actor, _ id: StoredPlanID
  ) {
    let today = stage.day(stage.today)
    let reports: [(String, ActivityState, Int?, String, String, Int)] = [
      ("2.1.a", .done, -255, "Directorio publicado y confirmado (ficticio)", "Acta 3 del comité (ficticia)", 58),
      ("1.1.a", .done, -242, "Tres talleres, 62 participantes (ficticio)", "Actas 4 a 6 (ficticias)", 58),
      ("1.1.b", .underWay, nil, "Dos de cuatro módulos (ficticio)", "", 12),
      ("2.1.b", .underWay, nil, "Borrador en consulta (ficticio)", "", 6),
    ]
    for (code, state, doneDays, result, evidence, daysAgo) in reports {
      timeline.add(stage.today - .days(daysAgo) + .hours(11)) {
        try await desk.report(
          secretary, code, in: id, state, doneOn: doneDays.map { today.adding(days: $0) }, result: result,
          evidence: evidence, seen: 1)
      }
    }
    let entries = [(-240, 5), (-30, 7)].map { ($0, stage.office.randomness.identifier(PlanEntryEntity.self)) }
    timeline.add(stage.today - .days(11) + .hours(11)) {
      for ((days, number), entry) in entries {
        try await desk.add(
          secretary,
          PlanValue(day: today.adding(days: days), value: PlanNumber(number), source: "Actas del comité (ficticio)"),
          entry, to: "i.2", in: id)
      }
    }
  }

  private func tellMeeting(
    _ timeline: inout Timeline, _ desk: NationalPlanDesk, _ secretary: Actor, _ id: StoredPlanID
  ) {
    let today = stage.day(stage.today)
    let random = stage.office.randomness
    let meeting = PlanMeeting(
      id: random.identifier(PlanMeetingEntity.self), day: today.adding(days: -14),
      title: "Reunión ficticia del comité",
      minutes: "Se revisó lo atrasado.\nSe acordó que cada institución informe antes de la próxima reunión. (Ficticio.)"
    )
    let first = PlanDecision(
      id: random.identifier(PlanDecisionEntity.self), meeting: meeting.id,
      words: "Enviar el borrador de plazos a las mesas (ficticio)", owner: "dpe", due: today.adding(days: -7),
      activity: "2.1.b")
    let second = PlanDecision(
      id: random.identifier(PlanDecisionEntity.self), meeting: meeting.id,
      words: "Decir cuándo terminan los dos módulos que faltan (ficticio)", owner: "mdt", due: today.adding(days: -2),
      activity: "1.1.b")
    timeline.add(stage.today - .days(13) + .hours(9)) {
      try await desk.put(secretary, meeting, in: id)
      try await desk.put(secretary, first, in: id)
      try await desk.put(secretary, second, in: id)
    }
    timeline.add(stage.today - .days(6) + .hours(12)) {
      var done = first
      (done.doneOn, done.revision) = (today.adding(days: -7), 1)
      try await desk.put(secretary, done, in: id)
    }
  }
}
