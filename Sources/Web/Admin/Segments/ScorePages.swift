import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Customers by recency and frequency, five groups each (spec segments.md, "RFM").
struct ScorePages: Sendable {
    let segments: SegmentService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments/rfm", use: index)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let code = QueryItems(request)["segment"]
        let cells = try await segments.scores(of: code)
        let options = segments.book.entries.filter { $0.faults.isEmpty }.map { entry in
            OptionModel(
                value: entry.segment.code, text: entry.segment.name, isSelected: entry.segment.code == code
            )
        }
        let total = cells.reduce(0) { $0 + $1.customers }
        let mayLink = code == nil && context.may(.segmentsWrite)
        let model = ScoreModel(
            shell: frame.shell(request, context, .segments), isOfSegment: code != nil, hasCells: total > 0,
            options: [OptionModel(value: "", text: "All customers", isSelected: code == nil)] + options,
            total: PageFormat.count(total, "customer", "customers"),
            rows: (1...5).reversed().map { recency in
                ScoreModel.Row(
                    label: Self.recencyNames[recency - 1], score: String(recency),
                    cells: (1...5).map { frequency in
                        let cell = cells.first { $0.recency == recency && $0.frequency == frequency }
                        return self.cell(cell, recency, frequency, cells, total: total, mayLink: mayLink)
                    }
                )
            }
        )
        return try frame.answer(.scores, model, request)
    }

    private static let recencyNames = ["longest ago", "long ago", "a while ago", "recently", "latest"]

    private func cell(
        _ cell: SegmentService.ScoreCell?, _ recency: Int, _ frequency: Int, _ all: [SegmentService.ScoreCell],
        total: Int64, mayLink: Bool
    ) -> ScoreModel.Cell {
        let format = frame.format
        let most = all.map(\.customers).max() ?? 0
        let customers = cell?.customers ?? 0
        // The fullest cell has the strongest colour, an empty one none.
        let heat = customers == 0 ? 0 : Int((customers * 5 + most - 1) / max(most, 1))
        let conditions =
            #"{"all":[{"field":"rfm.r","op":"eq","value":\#(recency)},"#
            + #"{"field":"rfm.f","op":"eq","value":\#(frequency)}]}"#
        let monetary = cell.map { ($0.monetarySum * 10 + $0.customers / 2) / $0.customers } ?? 0
        return ScoreModel.Cell(
            isEmpty: customers == 0, isLink: mayLink && customers > 0, css: "score heat-\(heat)",
            href: Links.newSegment(name: "RFM \(recency)–\(frequency)", conditions: conditions),
            name: "Recency \(recency), frequency \(frequency)", count: PageFormat.count(customers),
            share: PageFormat.share(Int(customers), of: Int(total)), monetary: FixedPoint.text(monetary, places: 1),
            revenue: format.money(cell?.revenue ?? .zero), orders: PageFormat.count(cell?.orders ?? 0)
        )
    }
}

/// The matrix as its view takes it.
struct ScoreModel: Sendable {
    struct Row: Sendable {
        var label: String
        var score: String
        var cells: [Cell]
    }

    struct Cell: Sendable {
        var isEmpty: Bool
        var isLink: Bool
        var css: String
        var href: String
        var name: String
        var count: String
        var share: String
        /// The mean of the monetary scores.
        var monetary: String
        var revenue: String
        var orders: String
    }

    var shell: ShellModel
    var listHref = Links.segments
    var action = Links.scores
    var isOfSegment: Bool
    var hasCells: Bool
    var options: [OptionModel]
    var total: String
    var rows: [Row]
}
