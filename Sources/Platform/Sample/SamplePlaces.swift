/// A country that the made-up shop sends to: its towns, and what people and streets there are called.
final class SamplePlace: Sendable {
    let country: String
    let locale: String
    let timeZone: String
    let cities: Weighted<String>
    let streets: [String]
    /// Whether the house number stands before the street.
    let isNumberFirst: Bool
    let women: [String]
    let men: [String]
    let families: [String]

    static let all = Weighted([
        (item: portugal, weight: 52), (item: spain, weight: 18), (item: france, weight: 12),
        (item: germany, weight: 11),
        (item: netherlands, weight: 7),
    ])

    private static let portugal = SamplePlace(
        country: "PT",
        locale: "pt-PT",
        timeZone: "Europe/Lisbon",
        cities: Weighted([("Lisboa", 46), ("Porto", 24), ("Braga", 9), ("Coimbra", 8), ("Setúbal", 7), ("Faro", 6)]),
        streets: phrases("Rua das Cerejeiras|Rua do Moinho Velho|Travessa da Fonte|Avenida dos Plátanos|Largo do Poço"),
        women: words("Inês Matilde Leonor Beatriz Carolina Mariana Sofia Margarida Joana Rita Catarina Teresa"),
        men: words("João Afonso Duarte Tomás Rodrigo Martim Diogo Gonçalo Miguel Pedro Rui Nuno"),
        families: words("Almeida Carvalho Figueiredo Gouveia Lourenço Macedo Nogueira Pacheco Queirós Tavares Valente")
    )

    private static let spain = SamplePlace(
        country: "ES",
        locale: "es-ES",
        timeZone: "Europe/Madrid",
        cities: Weighted([("Madrid", 44), ("Barcelona", 30), ("Valencia", 14), ("Sevilla", 12)]),
        streets: phrases("Calle del Olmo|Calle de la Encina|Avenida de los Tilos|Plaza del Pozo|Calle de las Norias"),
        women: words("Lucía Martina Paula Elena Carmen Alba Noelia Irene Pilar Rocío"),
        men: words("Hugo Mateo Álvaro Pablo Iván Sergio Rubén Andrés Joaquín Óscar"),
        families: words("Aguilar Benítez Castaño Domínguez Esteban Herrero Ibáñez Navarro Pascual Robles Salazar")
    )

    private static let france = SamplePlace(
        country: "FR",
        locale: "fr-FR",
        timeZone: "Europe/Paris",
        cities: Weighted([("Paris", 50), ("Lyon", 22), ("Nantes", 15), ("Toulouse", 13)]),
        streets: phrases("rue des Lilas|rue du Vieux Pressoir|allée des Peupliers|place du Marronnier|quai des Saules"),
        isNumberFirst: true,
        women: words("Camille Chloé Manon Élise Margaux Aurélie Juliette Océane Solène Zoé"),
        men: words("Antoine Bastien Clément Étienne Gaspard Hugo Lucas Maxime Rémi Théo"),
        families: words("Beaumont Caron Delacroix Fontaine Girard Lefèvre Marchand Perrin Renaud Vasseur")
    )

    private static let germany = SamplePlace(
        country: "DE",
        locale: "de-DE",
        timeZone: "Europe/Berlin",
        cities: Weighted([("Berlin", 40), ("Hamburg", 24), ("München", 20), ("Köln", 16)]),
        streets: phrases("Lindenweg|Am Mühlbach|Kastanienallee|Fliederstraße|Alter Marktplatz"),
        women: words("Anna Charlotte Emma Frieda Johanna Klara Lena Mia Paula Theresa"),
        men: words("Anton Emil Felix Jonas Jürgen Lukas Moritz Paul Sören Till"),
        families: words("Bäcker Brandt Falk Hartmann Jäger Köhler Lorenz Neumann Schreiber Vogel Winkler")
    )

    private static let netherlands = SamplePlace(
        country: "NL",
        locale: "nl-NL",
        timeZone: "Europe/Amsterdam",
        cities: Weighted([("Amsterdam", 52), ("Utrecht", 26), ("Rotterdam", 22)]),
        streets: phrases("Lindelaan|Molenstraat|Wilgenkade|Korenveld|Appelgaarde"),
        women: words("Anouk Daphne Eline Fenna Lieke Maud Noor Roos Sanne Tess"),
        men: words("Bram Daan Finn Jesse Koen Lars Mees Ruben Sven Thijs"),
        families: words("Bakker Dekker Hoekstra Jansen Kuiper Meijer Postma Smit Visser Zijlstra")
    )

    private init(
        country: String,
        locale: String,
        timeZone: String,
        cities: Weighted<String>,
        streets: [String],
        isNumberFirst: Bool = false,
        women: [String],
        men: [String],
        families: [String]
    ) {
        (self.country, self.locale, self.timeZone, self.cities) = (country, locale, timeZone, cities)
        (self.streets, self.isNumberFirst) = (streets, isNumberFirst)
        (self.women, self.men, self.families) = (women, men, families)
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    private static func phrases(_ text: String) -> [String] { text.split(separator: "|").map(String.init) }
}
