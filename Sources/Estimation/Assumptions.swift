import Basics

/// What every estimate from overlapping lists takes for granted. Printed with each of them.
public enum EstimationAssumptions {
  /// The sentences.
  ///
  /// - Parameter linkage: whether linkage errors were carried into the interval.
  public static func sentences(_ language: Language = .english, linkage: Bool = false) -> [String] {
    language == .spanish
      ? [
        "En el periodo nadie entra en la población ni sale de ella.",
        "Cada persona puede llegar a cada lista; a quien no puede llegar a ninguna no lo cuenta ningún método.",
        "Las interacciones entre listas que el modelo no tiene valen cero; los datos no pueden comprobarlo del todo.",
        linkage
          ? "Los errores de enlace son iguales entre todas las listas y están medidos en la muestra revisada."
          : "Cada persona está enlazada sin errores entre las listas; los enlaces perdidos inflan el total y los falsos "
            + "lo reducen.",
        "Hay quien sostiene que el método no sirve para estos datos (Whitehead y otros, 2021). El intervalo no contiene "
          + "el error de las suposiciones.",
      ]
      : [
        "In the period nobody enters or leaves the population.",
        "Everybody can come onto every list; whoever can come onto none is counted by no method.",
        "Interactions between lists that the model leaves out are nil; the data can't fully check that.",
        linkage
          ? "Linkage errors are the same between all lists and as the clerical sample found them."
          : "Everybody is linked between the lists without error; missed links inflate the total, false ones shrink it.",
        "Some hold the method unsuitable for such data (Whitehead and others 2021). The interval does not hold the error "
          + "of the assumptions.",
      ]
  }
}
