import Basics

/// What each finding says and advises. `{…}` is filled with names.
struct MechanismSentence {
  let says: (es: String, en: String)
  let advice: (es: String, en: String)

  init(_ es: String, _ en: String, advice esAdvice: String, _ enAdvice: String) {
    says = (es, en)
    advice = (esAdvice, enAdvice)
  }

  static func says(_ code: MechanismFinding.Code, _ values: [String: LocalizedText]) -> LocalizedText {
    filled(table(code).says, values)
  }

  static func advice(_ code: MechanismFinding.Code, _ values: [String: LocalizedText]) -> LocalizedText {
    filled(table(code).advice, values)
  }

  private static func filled(_ text: (es: String, en: String), _ values: [String: LocalizedText]) -> LocalizedText {
    func fill(_ text: String, _ language: Language) -> String {
      values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value[language]) }
    }
    return LocalizedText(es: fill(text.es, .spanish), en: fill(text.en, .english))
  }

  private static func table(_ code: MechanismFinding.Code) -> MechanismSentence {
    switch code {
    case .unknownStart:
      .init(
        "El mecanismo empieza en «{other}», y no hay tal paso.",
        "The mechanism starts at “{other}”, and there is no such step.",
        advice: "Escriba en «start» el código de un paso.", "Write the code of a step into “start”.")
    case .unknownStep:
      .init(
        "El paso «{place}» lleva a «{other}», y no hay tal paso.",
        "The step “{place}” leads to “{other}”, and there is no such step.",
        advice: "Corrija el código o agregue el paso.", "Correct the code or add the step.")
    case .unknownDesk:
      .init(
        "«{place}» nombra la mesa «{other}», que no existe.",
        "“{place}” names the desk “{other}”, which does not exist.",
        advice: "Corrija el código o agregue la mesa.", "Correct the code or add the desk.")
    case .unknownService:
      .init(
        "El paso «{place}» da el servicio «{other}», que no existe.",
        "The step “{place}” gives the service “{other}”, which does not exist.",
        advice: "Corrija el código o agregue el servicio.", "Correct the code or add the service.")
    case .unknownForm:
      .init(
        "El paso «{place}» pide el formulario «{other}», que no existe.",
        "The step “{place}” asks for the form “{other}”, which does not exist.",
        advice: "Corrija el código o agregue el formulario.", "Correct the code or add the form.")
    case .unknownLimit:
      .init(
        "El paso «{place}» se remite al plazo «{other}», que no está en limits.yaml.",
        "The step “{place}” refers to the time limit “{other}”, which is not in limits.yaml.",
        advice: "Corrija el código o agregue el plazo al paquete, con su fuente.",
        "Correct the code or add the limit to the pack, with its source.")
    case .stepWithoutDesk:
      .init(
        "El paso «{place}» no tiene mesa: nadie responde.", "The step “{place}” has no desk: nobody answers.",
        advice: "Acuerde qué mesa lo hace y escríbala en «desks».",
        "Agree which desk does it and write it into “desks”.")
    case .provinceWithoutDesk:
      .init(
        "Nadie hace el paso «{place}» en {provinces}.", "Nobody does the step “{place}” in {provinces}.",
        advice: "Amplíe el territorio de una mesa o agregue otra.", "Widen a desk's area or add another desk.")
    case .needWithoutService:
      .init(
        "Ningún servicio atiende «{needs}» para: {people}, en {provinces}.",
        "No service answers “{needs}” for: {people}, in {provinces}.",
        advice:
          "Busque un servicio que reciba a estas personas, también en otra provincia, o acuerde una excepción escrita.",
        "Find a service that takes these people, also in another province, or agree on a written exception.")
    case .serviceOutOfReach:
      .init(
        "Hay un servicio para «{needs}», pero ningún camino lleva a él para: {people}, en {provinces}.",
        "There is a service for “{needs}”, but no way leads to it for: {people}, in {provinces}.",
        advice: "Agregue un paso que dé el servicio, o abra el camino («next») a estas personas.",
        "Add a step that gives the service, or open the way (“next”) to these people.")
    case .noWayOn:
      .init(
        "Después de «{place}» no hay camino para: {people}, en {provinces} («{needs}»).",
        "After “{place}” there is no way on for: {people}, in {provinces} (“{needs}”).",
        advice: "Agregue un «next» para ellas o marque el paso con «ends: true».",
        "Add a “next” for them or mark the step with “ends: true”.")
    case .cycleWithoutWayOut:
      .init(
        "Quien llega a «{place}» da vueltas y nunca termina: {others}.",
        "Whoever reaches “{place}” goes round and never ends: {others}.",
        advice: "Agregue desde uno de estos pasos un camino hacia el cierre.",
        "Add a way to the end from one of these steps.")
    case .unreachableStep:
      .init(
        "Ningún camino lleva al paso «{place}».", "No way leads to the step “{place}”.",
        advice: "Agregue un «next» que lleve a él o quítelo.", "Add a “next” that leads to it or remove it.")
    case .limitOverLaw:
      .init(
        "El plazo de «{place}» puede ser más largo que el de la norma: «{other}», {limit}.",
        "The time limit of “{place}” can be longer than the rule's: “{other}”, {limit}.",
        advice: "Acorte el plazo del paso.", "Shorten the time limit of the step.")
    case .limitOverUnverified:
      .init(
        "El plazo de «{place}» puede ser más largo que «{other}», {limit}; ese plazo no está verificado y solo informa.",
        "The time limit of “{place}” can be longer than “{other}”, {limit}; that limit is not verified and only informs.",
        advice: "Confirme el plazo con un abogado y su fuente.", "Confirm the limit with a lawyer and its source.")
    case .lawNotInForce:
      .init(
        "El plazo «{other}», al que se remite «{place}», no rige cuando empieza el mecanismo.",
        "The limit “{other}”, to which “{place}” refers, is not in force when the mechanism begins.",
        advice: "Busque la norma vigente.", "Look for the rule in force.")
    case .noTimeLimit:
      .init(
        "El paso «{place}» no tiene plazo: nunca se atrasa y nunca se reclama.",
        "The step “{place}” has no time limit: it is never late and never chased.",
        advice: "Acuerde un plazo y escríbalo en «within».", "Agree on a time and write it into “within”.")
    case .noOutOfHours:
      .init(
        "«{place}» cierra hasta {hours} horas seguidas y nadie la reemplaza fuera de horario.",
        "“{place}” is closed for up to {hours} hours on end, and nobody stands in out of hours.",
        advice: "Acuerde una mesa de turno y escríbala en «outOfHours».",
        "Agree on a desk on duty and write it into “outOfHours”.")
    case .outOfHoursGap:
      .init(
        "«{place}» y su mesa de turno «{other}» cierran a la vez hasta {hours} horas, más que el plazo.",
        "“{place}” and its desk on duty “{other}” are closed together for up to {hours} hours, longer than the time limit.",
        advice: "Acuerde una mesa de turno que cubra esas horas.", "Agree on a desk on duty that covers these hours.")
    case .noAlternate:
      .init(
        "Si «{place}» no responde a tiempo, el caso no pasa a nadie.",
        "If “{place}” does not answer in time, the case passes to nobody.",
        advice: "Acuerde quién toma el caso y escríbalo en «alternate».",
        "Agree who takes the case over and write it into “alternate”.")
    case .alternateLeadsBack:
      .init(
        "Los reemplazos vuelven al punto de partida: {others}.",
        "The alternates lead back to where they began: {others}.",
        advice: "Termine la cadena en una mesa que responda siempre.", "End the chain at a desk that always answers.")
    case .noHandoverCriteria:
      .init(
        "El paso «{place}» entrega el caso a otra mesa y no dice cuándo ni con qué.",
        "The step “{place}” hands the case to another desk and does not say when and with what.",
        advice: "Escriba los criterios de entrega en «handover».", "Write the criteria into “handover”.")
    case .noFeedback:
      .init(
        "Quien derivó a «{place}» no se entera de lo que pasó.",
        "Whoever referred to “{place}” never hears what became of it.",
        advice: "Acuerde la contrarreferencia y escríbala en «feedback».",
        "Agree on the answer to the referrer and write it into “feedback”.")
    case .unusedDesk:
      .init(
        "La mesa «{place}» no hace ningún paso ni reemplaza a nadie.",
        "The desk “{place}” does no step and stands in for nobody.",
        advice: "Déle un paso o quítela.", "Give it a step or remove it.")
    case .unusedService:
      .init(
        "Ningún paso da el servicio «{place}».", "No step gives the service “{place}”.",
        advice: "Nómbrelo en «services» de un paso o quítelo.", "Name it in a step's “services” or remove it.")
    case .unusedForm:
      .init(
        "Ningún paso pide el formulario «{place}».", "No step asks for the form “{place}”.",
        advice: "Nómbrelo en «forms» de un paso o quítelo.", "Name it in a step's “forms” or remove it.")
    }
  }
}
