import Domain
import Foundation

/// The rows that trees ask about as CSV, for a database that is measured beside the index.
final class SegmentFiles {
    private let customers: RowFile
    private let orders: RowFile
    private let lines: RowFile
    private let products: RowFile

    init(folder: String) throws {
        customers = try RowFile(folder + "/customer.csv")
        orders = try RowFile(folder + "/orders.csv")
        lines = try RowFile(folder + "/line.csv")
        products = try RowFile(folder + "/product.csv")
    }

    func add(_ product: Product) throws {
        try products.add([product.externalID, product.fields[.category]?.plain ?? ""])
    }

    func add(_ customer: Customer) throws {
        try customers.add([String(customer.id.rawValue), customer.fields[.city]?.plain ?? ""])
    }

    func add(_ order: Order, _ book: StatusBook) throws {
        let (id, customer) = (String(order.id.rawValue), String(order.customer.rawValue))
        let codes = OrderStatusType.allCases.map { type in
            order.statuses[type].flatMap { book[$0]?.code } ?? ""
        }
        let included = book.includes(order.statuses) ? "1" : "0"
        try orders.add(
            [id, customer, String(order.date.milliseconds)] + codes + [included, String(order.value.tenThousandths)])
        for line in order.lines {
            try lines.add([
                id, customer, line.fields[.product]?.plain ?? "",
                line.fields.quantity(.count).map { String($0.millionths) } ?? "",
                line.fields.money(.sum).map { String($0.tenThousandths) } ?? "",
            ])
        }
    }

    func close() throws {
        for file in [customers, orders, lines, products] { try file.close() }
    }
}

/// A file of rows, written a megabyte at a time; none of their values has a comma or a quotation mark.
private final class RowFile {
    private let file: FileHandle
    private var bytes = Data()

    init(_ path: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    func add(_ values: [String]) throws {
        for (place, value) in values.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value.utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 1 << 20 { try flush() }
    }

    private func flush() throws {
        try file.write(contentsOf: bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    func close() throws {
        try flush()
        try file.close()
    }
}
