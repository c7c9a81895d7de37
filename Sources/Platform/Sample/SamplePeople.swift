import Domain

/// The customers of the made-up shop, each found by its place among them.
struct SamplePeople: Sendable {
    /// What orders need to know of a customer.
    struct Person {
        let place: SamplePlace
        let city: String
        let address: String
        /// The number of the loyalty card, where there is one.
        let card: String?
    }

    private let seed: UInt64
    private let today: CivilTime

    init(seed: UInt64, now: Instant) {
        self.seed = seed
        today = CivilTime(utcMilliseconds: now.milliseconds)
    }

    static func externalID(_ index: Int) -> String { "C\(1001 + index)" }

    static func place(_ externalID: String) -> Int? { Int(externalID.dropFirst()).map { $0 - 1001 } }

    /// Returns the customer at `index` as orders see them.
    func person(at index: Int) -> Person {
        var generator = SplitMix64(seed: seed, .customer, index)
        return person(index, &generator)
    }

    /// Returns what the shop says of the customer at `index`, who registered some time before `order`.
    func customer(at index: Int, before order: Instant) -> CustomerPatch {
        var generator = SplitMix64(seed: seed, .customer, index)
        let person = person(index, &generator)
        let place = person.place
        let isWoman = generator.chance(perThousand: 560)
        let firstName = generator.pick(isWoman ? place.women : place.men)
        let lastName = generator.pick(place.families)
        var patch = CustomerPatch(externalID: Self.externalID(index))
        patch.fields.set(.email, .text(email(firstName, lastName, index, &generator)))
        // No country has the code 999, so these telephones ring nowhere.
        if generator.chance(perThousand: 820) { patch.fields.set(.phone, .text("+999\(20_000_000 + index)")) }
        patch.fields.set(.firstName, .text(firstName))
        patch.fields.set(.lastName, .text(lastName))
        if generator.chance(perThousand: 640) {
            let year = today.year - Int64(generator.number(19...76))
            let (month, day) = (Int64(generator.number(1...12)), Int64(generator.number(1...28)))
            patch.fields.set(.birthDate, .text(CivilTime(year: year, month: month, day: day).dayText))
        }
        if generator.chance(perThousand: 760) { patch.fields.set(.gender, .text(isWoman ? "female" : "male")) }
        patch.fields.set(.country, .text(place.country))
        patch.fields.set(.city, .text(person.city))
        patch.fields.set(.locale, .text(place.locale))
        patch.fields.set(.timeZone, .text(place.timeZone))
        let lead = generator.chance(perThousand: 850) ? generator.number(60...1800) : generator.number(3600...1_728_000)
        patch.fields.set(.registeredAt, .instant(order.adding(seconds: -Int64(lead))))
        patch.fields.set(.emailConsent, .text(consent(&generator, subscribed: 620)))
        patch.fields.set(.smsConsent, .text(consent(&generator, subscribed: 270)))
        patch.fields.set(.pushConsent, .text(consent(&generator, subscribed: 180)))
        return patch
    }

    private func person(_ index: Int, _ generator: inout SplitMix64) -> Person {
        let place = SamplePlace.all.pick(&generator)
        let city = place.cities.pick(&generator)
        let street = generator.pick(place.streets)
        let house = generator.number(1...180)
        return Person(
            place: place,
            city: city,
            address: place.isNumberFirst ? "\(house) \(street)" : "\(street) \(house)",
            card: generator.chance(perThousand: 550) ? "70\(10_000_000 + index)" : nil
        )
    }

    private func email(
        _ firstName: String,
        _ lastName: String,
        _ index: Int,
        _ generator: inout SplitMix64
    ) -> String {
        let domain = generator.pick(["example.com", "example.com", "example.net", "example.org"])
        return "\(Self.plain(firstName)).\(Self.plain(lastName))\(index + 1)@\(domain)"
    }

    private func consent(_ generator: inout SplitMix64, subscribed: Int) -> String {
        if generator.chance(perThousand: subscribed) { return "subscribed" }
        return generator.chance(perThousand: 200) ? "unsubscribed" : "unknown"
    }

    /// A name in the small letters that addresses are made of.
    private static func plain(_ name: String) -> String {
        var letters = ""
        for scalar in name.lowercased().unicodeScalars {
            switch scalar {
            case "à", "á", "â", "ã", "ä": letters += "a"
            case "è", "é", "ê": letters += "e"
            case "ì", "í": letters += "i"
            case "ó", "ô", "õ", "ö": letters += "o"
            case "ú", "ü": letters += "u"
            case "ç": letters += "c"
            case "ñ": letters += "n"
            case "ß": letters += "ss"
            case "a"..."z": letters.unicodeScalars.append(scalar)
            default: break
            }
        }
        return letters
    }
}
