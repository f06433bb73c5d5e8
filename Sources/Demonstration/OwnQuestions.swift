import Accounts
import Training

/// Two questions that the demonstration's trainer wrote beside those of the pack.
struct OwnQuestions {
  let desk: QuestionDesk
  let trainer: Actor

  func write() async throws {
    try await desk.save(trainer, course: "identify", spanish: Self.spanish, english: Self.english)
  }

  private static let spanish = """
    ::comite-1:: Ponga los pasos en orden antes de la primera pregunta. {>4 ALL VERTICAL ABSOLUTE_POSITION
    \tMirar si hay peligro ahora
    \tBuscar un lugar privado, sin acompañantes
    \tExplicar quién es usted y para qué pregunta
    \tPreguntar si la persona acepta conversar
    \t####Primero la seguridad, después el lugar, después la persona decide.
    }

    ::comite-2:: En la terminal, una joven mira al hombre que la acompaña antes de responder. {
    \t=Pedir con calma hablar con cada persona por separado#Nadie cuenta nada delante de quien le controla.
    \t~Preguntarle delante de él si está bien
    \t~Dejarlos seguir, porque tiene sus documentos en regla#Los papeles en regla no descartan nada.
    }
    """
  private static let english = """
    ::comite-1:: Put the steps in order before the first question. {>4 ALL VERTICAL ABSOLUTE_POSITION
    \tLook whether anyone is in danger now
    \tFind a private place, without companions
    \tExplain who you are and what you ask for
    \tAsk whether the person agrees to talk
    \t####Safety first, then the place, then the person decides.
    }

    ::comite-2:: At the terminal a young woman looks at the man beside her before she answers. {
    \t=Calmly ask to talk to each person alone#Nobody tells anything in front of who controls them.
    \t~Ask her in front of him whether she is well
    \t~Let them go on, for her papers are in order#Papers in order rule nothing out.
    }
    """
}
