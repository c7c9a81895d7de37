import Domain
import HTTPTypes
import Hummingbird
import Platform

/// What the builder draws itself from: the fields with what can be asked of them, and values that there are.
struct ConditionSuggestions: Sendable {
    let services: Services
    let frame: PageFrame

    private static let limit = 20
    /// Places and points of sale that are looked through.
    private static let looked = 20_000

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments/fields", use: fields)
        router.get("segments/suggestions", use: suggestions)
    }

    @Sendable private func fields(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let reference = frame.references.current
        return Self.answer { writer in
            ConditionCatalogue.write(reference.registry, reference.book, &writer)
            writer.array("segments") { writer in
                for entry in reference.segments.entries {
                    writer.object { writer in
                        writer.field("audience", entry.segment.isAudience)
                        writer.field("code", entry.segment.code)
                        writer.field("name", entry.segment.name)
                    }
                }
            }
        }
    }

    /// Values of a field that begin with what was typed so far.
    @Sendable private func suggestions(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let query = QueryItems(request)
        let field = query["scope"].flatMap(ConditionScope.init).flatMap { scope in
            frame.references.current.registry.field(scope, code: query["field"] ?? "")
        }
        let isHidden = context.mask.isOn && field?.isPersonal == true
        let found = isHidden ? [] : try field.map { try values(of: $0, query["q"] ?? "") } ?? []
        return Self.answer { writer in
            writer.array("values") { writer in
                for value in found {
                    writer.object { writer in
                        writer.field("name", value.name)
                        writer.field("value", value.value)
                    }
                }
            }
        }
    }

    private static func answer(_ body: (inout JSONWriter) -> Void) -> Response {
        var response = Response.json(capacity: 65_536, body)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func values(of field: ConditionField, _ begin: String) throws -> [(value: String, name: String)] {
        func plain(_ texts: [String]) -> [(value: String, name: String)] {
            let sought = SearchTerms.fold(begin)
            return texts.filter { SearchTerms.fold($0).hasPrefix(sought) }.prefix(Self.limit).map { ($0, $0) }
        }
        func named(_ values: [(value: String, name: String)]) -> [(value: String, name: String)] {
            let sought = SearchTerms.fold(begin)
            return Array(
                values.filter {
                    SearchTerms.fold($0.value).hasPrefix(sought) || SearchTerms.fold($0.name).hasPrefix(sought)
                }
                .prefix(Self.limit))
        }
        switch field.source {
        case .customer(.city): return plain(services.customers.places(limit: Self.looked).cities)
        case .customer(.country): return plain(services.customers.places(limit: Self.looked).countries)
        case .order(.unit): return plain(services.orders.units(limit: Self.looked))
        case .event(.name): return named(frame.references.current.tracking.names.map { ($0.code, $0.name) })
        case .event(.source): return named(frame.references.current.tracking.sources.map { ($0.code, $0.name) })
        case .container(.code): return named(frame.references.current.containers.types.map { ($0.code, $0.name) })
        case .line(.product), .receiptLine(.product), .containerLine(.product):
            return try products(begin).map { ($0.externalID, $0.title) }
        case .product(.name):
            return try products(begin).compactMap { product in product.fields.text(.name).map { ($0, $0) } }
        case .product(.category):
            let text = begin.isEmpty ? nil : begin
            return try services.categories.list(after: "", offset: 0, limit: Self.limit, parent: nil, text: text).page
                .map { ($0.externalID, $0.title) }
        case .custom(let id), .productCustom(let id):
            guard field.type == .string, let custom = frame.references.current.fields.custom(id) else { return [] }
            return try services.fields.values(of: custom, from: begin, limit: Self.limit).map { ($0, $0) }
        default: return []
        }
    }

    private func products(_ text: String) throws -> [Product] {
        var query = ProductQuery()
        query.text = text.isEmpty ? nil : text
        return try services.products.list(query, offset: 0, limit: Self.limit).page
    }
}

extension Product {
    fileprivate var title: String { fields.text(.name) ?? externalID }
}
