import Domain

/// The next items of an import, read and ready to be written in one transaction.
struct ImportBatch: Sendable {
    /// An item with what it says, or why it cannot be taken.
    struct Decoded: Sendable {
        var item: ImportItem
        var content: Result<Content, Faults>
    }

    enum Content: Sendable {
        case order(OrderPatch, customer: CustomerPatch?)
        case receipt(ReceiptPatch)
        case customer(CustomerPatch)
        case product(ProductPatch)
    }

    private(set) var items: [Decoded] = []
    /// Why a file cannot be read further; what came before it is among the items.
    private(set) var failure: ImportError?

    init(failure: ImportError?) { self.failure = failure }

    init(from reader: inout ImportReader, limit: Int, _ context: ReadingContext) throws {
        do {
            while items.count < limit, let item = try reader.next() {
                items.append(Decoded(item: item, content: try Self.decode(item, reader.kind, context)))
            }
        } catch let error as ImportError {
            failure = error
        }
    }

    private static func decode(
        _ item: ImportItem, _ kind: ImportKind, _ context: ReadingContext
    ) throws -> Result<Content, Faults> {
        switch item.content {
        case .order(let patch, let customer): return .success(.order(patch, customer: customer))
        case .receipt(let patch): return .success(.receipt(patch))
        case .customer(let patch): return .success(.customer(patch))
        case .product(let patch): return .success(.product(patch))
        case .refused(let reason): return .failure(Faults("", "refused", reason))
        case .json(let bytes):
            do {
                return .success(
                    try JSONReader.read(bytes) { reader in
                        switch kind {
                        case .orders: .order(try OrderPatch.decode(&reader, base: "", context), customer: nil)
                        case .receipts: .receipt(try ReceiptPatch.decode(&reader, base: "", context))
                        case .customers: .customer(try CustomerPatch.decode(&reader, base: "", context))
                        case .products: .product(try ProductPatch.decode(&reader, base: "", context))
                        }
                    }
                )
            } catch let faults as Faults {
                return .failure(faults)
            } catch let error as JSONError {
                return .failure(Faults("", "malformed_json", "\(error.message) (byte \(error.offset))"))
            }
        }
    }
}
