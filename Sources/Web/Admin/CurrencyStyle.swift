import Domain

/// How amounts of one currency are written (ISO 4217).
struct CurrencyStyle: Sendable {
    private let sign: String
    /// Decimals of its smallest coin.
    private let places: Int

    init(_ code: String) {
        sign = Self.signs[code] ?? "\(code)\u{a0}"
        places = Self.withoutCoins.contains(code) ? 0 : Self.withThousandths.contains(code) ? 3 : 2
    }

    /// The currencies that the first page offers; any other code is taken too.
    static let offered: [(code: String, name: String)] = [
        ("EUR", "Euro"), ("USD", "US dollar"), ("GBP", "Pound sterling"), ("AUD", "Australian dollar"),
        ("BRL", "Brazilian real"), ("CAD", "Canadian dollar"), ("CHF", "Swiss franc"), ("CNY", "Chinese yuan"),
        ("CZK", "Czech koruna"), ("DKK", "Danish krone"), ("HUF", "Hungarian forint"), ("INR", "Indian rupee"),
        ("JPY", "Japanese yen"), ("KRW", "South Korean won"), ("KZT", "Kazakhstani tenge"), ("MXN", "Mexican peso"),
        ("NOK", "Norwegian krone"), ("NZD", "New Zealand dollar"), ("PLN", "Polish złoty"), ("RON", "Romanian leu"),
        ("RUB", "Russian rouble"), ("SEK", "Swedish krona"), ("SGD", "Singapore dollar"), ("TRY", "Turkish lira"),
        ("UAH", "Ukrainian hryvnia"), ("ZAR", "South African rand"),
    ]

    private static let signs = [
        "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "BRL": "R$", "INR": "₹", "KRW": "₩", "UAH": "₴", "RUB": "₽",
        "TRY": "₺", "KZT": "₸", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$", "CNY": "CN¥", "MXN": "MX$", "ILS": "₪",
        "VND": "₫", "PHP": "₱", "NGN": "₦",
    ]

    private static let withoutCoins: Set = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
        "XPF",
    ]

    private static let withThousandths: Set = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]

    /// `€1,234.50`; more decimals than the currency has stand only where they are not zero.
    func text(_ money: Money) -> String { text(MoneySum(money)) }

    func text(_ sum: MoneySum) -> String {
        let plain = sum.description.drop { $0 == "-" }
        let parts = plain.split(separator: ".", maxSplits: 1)
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        while fraction.utf8.count < places { fraction += "0" }
        let whole = PageFormat.grouped(String(parts[0]))
        return "\(sum.tenThousandths < 0 ? "−" : "")\(sign)\(whole)\(fraction.isEmpty ? "" : ".\(fraction)")"
    }

    /// The smallest coin, in ten-thousandths.
    var coin: Int64 { [10_000, 1000, 100, 10][places] }
}
