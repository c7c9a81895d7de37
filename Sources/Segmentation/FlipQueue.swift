import Domain

/// Who is to be looked at again, and when: an instant for each customer whose membership may change by itself.
///
/// Only what flips within a day is here, such as “in the last 3 hours”: what flips at midnight flips for everybody at once.
struct FlipQueue: Sendable {
    private struct Entry: Sendable {
        var at: Int64
        var number: Int32
    }

    /// A heap, the earliest first; an entry that `due` does not know any more is passed over.
    private var heap: [Entry] = []
    private var due: [Int32: Int64] = [:]

    /// How many customers wait.
    var count: Int { due.count }

    /// The earliest instant.
    mutating func next() -> Instant? {
        while let first = heap.first {
            if due[first.number] == first.at { return Instant(milliseconds: first.at) }
            removeFirst()
        }
        return nil
    }

    /// Whether more than so many entries are due at an instant or before; those that are passed over count.
    func hasMore(than limit: Int, through instant: Instant) -> Bool {
        var (waiting, found) = ([0], 0)
        while let place = waiting.popLast() {
            guard place < heap.count, heap[place].at <= instant.milliseconds else { continue }
            found += 1
            if found > limit { return true }
            waiting += [2 * place + 1, 2 * place + 2]
        }
        return false
    }

    /// Says when a customer is to be looked at; nil for never.
    mutating func set(_ number: Int, _ instant: Instant?) {
        let number = Int32(number)
        guard due[number] != instant?.milliseconds else { return }
        due[number] = instant?.milliseconds
        guard let instant else { return }
        heap.append(Entry(at: instant.milliseconds, number: number))
        var child = heap.count - 1
        while child > 0, heap[child].at < heap[(child - 1) / 2].at {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
        // What was set anew leaves its old entries behind: they are swept out before they are the most.
        if heap.count > 2 * due.count + 1024 { sweep() }
    }

    /// Takes out those who are due at an instant or before, ascending.
    mutating func take(through instant: Instant) -> [Int] {
        var numbers: [Int] = []
        while let next = next(), next <= instant {
            let number = heap[0].number
            due[number] = nil
            numbers.append(Int(number))
            removeFirst()
        }
        return numbers.sorted()
    }

    private mutating func sweep() {
        // Ascending entries are a heap.
        heap = due.map { Entry(at: $0.value, number: $0.key) }.sorted { $0.at < $1.at }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].at < heap[least].at {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
