/// The names that dates are written with.
package struct TemplateDateNames: Sendable {
    /// Twelve, from January.
    package var months: [String]
    /// Seven, from Monday.
    package var weekdays: [String]

    /// - Returns: nil unless there are twelve months and seven weekdays.
    package init?(months: [String], weekdays: [String]) {
        guard months.count == 12, weekdays.count == 7 else { return nil }
        (self.months, self.weekdays) = (months, weekdays)
    }

    private init(_ months: String, _ weekdays: String) {
        self.months = months.split(separator: " ").map(String.init)
        self.weekdays = weekdays.split(separator: " ").map(String.init)
    }

    package static let english = TemplateDateNames(
        "January February March April May June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

    /// Those of a language (`pt-BR` is `pt`); English for one that is not in the table.
    package static func named(_ language: String) -> TemplateDateNames {
        known[String(language.prefix { $0 != "-" && $0 != "_" }).lowercased()] ?? english
    }

    private static let known: [String: TemplateDateNames] = [
        "de": .init(
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        "es": .init(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "lunes martes miércoles jueves viernes sábado domingo"),
        "fr": .init(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "lundi mardi mercredi jeudi vendredi samedi dimanche"),
        "it": .init(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "lunedì martedì mercoledì giovedì venerdì sabato domenica"),
        "nl": .init(
            "januari februari maart april mei juni juli augustus september oktober november december",
            "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
        "pl": .init(
            "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
            "poniedziałek wtorek środa czwartek piątek sobota niedziela"),
        "pt": .init(
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
        "ru": .init(
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "понедельник вторник среда четверг пятница суббота воскресенье"),
    ]
}
