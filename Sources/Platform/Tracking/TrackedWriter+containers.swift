import Database
import Domain
import Storage

extension TrackedWriter {
    /// Changes a container of somebody, and returns the events that follow.
    ///
    /// - Throws: `TrackedRefusal` or `Faults` before anything is written.
    func change(
        _ code: String, _ change: ContainerChange, of owner: TrackedOwner, _ message: TrackedMessage,
        _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws -> [TrackedEventCall] {
        func event(_ name: String, _ line: ContainerLinePatch? = nil) -> TrackedEventCall {
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("container", code)
                if let line {
                    if let price = line.price { writer.field("price", price) }
                    if let quantity = line.quantity { writer.field("quantity", quantity) }
                }
            }
            return TrackedEventCall(name, subject: line?.product, context: writer.text)
        }
        return switch change {
        case .add(let line): [event("container_item_added", line)]
        case .remove(let product): [event("container_item_removed", ContainerLinePatch(product: product))]
        case .set(let line): [event("container_item_changed", line)]
        case .replace(let lines): lines.map { event("container_item_changed", $0) }
        case .clear: [event("container_cleared")]
        }
    }
}
