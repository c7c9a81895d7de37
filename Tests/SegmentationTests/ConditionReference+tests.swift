import Domain

extension ConditionReference {
    /// Whether a value, or none, is as a test wants it.
    func holds(
        _ op: ConditionOperator, _ operand: ConditionOperand, _ type: ConditionType, _ fact: ConditionFact?
    ) -> Bool {
        switch op {
        case .ne: return !holds(.eq, operand, type, fact)
        case .notContains: return !holds(.contains, operand, type, fact)
        case .notIn: return !holds(.in, operand, type, fact)
        case .notInLast: return !holds(.inLast, operand, type, fact)
        case .notSet, .noData: return fact == nil
        case .isSet: return fact != nil
        default: break
        }
        switch fact {
        case nil: return false
        case .text(let text):
            return text.split(separator: ConditionText.separator).contains { holds(op, operand, String($0)) }
        case .number(let number):
            switch type {
            case .instant: return holds(op, operand, moment: Instant(milliseconds: number))
            case .day: return holds(op, operand, moment: calendar.start(of: CalendarDay(number: number)))
            case .status(let type):
                return holds(op, operand, book[.init(rawValue: number)].map { $0.type == type ? $0.code : "" } ?? "")
            case .duration:
                guard case .span(let span) = operand, let unit = span.unit.fixedLength else { return false }
                return compare(op, number, .number(span.count * unit))
            default: return compare(op, number, operand)
            }
        }
    }

    private func compare(_ op: ConditionOperator, _ number: Int64, _ operand: ConditionOperand) -> Bool {
        switch (op, operand) {
        case (.yes, _): number == 1
        case (.no, _): number == 0
        case (.eq, .number(let value)): number == value
        case (.gt, .number(let value)): number > value
        case (.gte, .number(let value)): number >= value
        case (.lt, .number(let value)): number < value
        case (.lte, .number(let value)): number <= value
        case (.between, .numbers(let from, let to)): from <= number && number <= to
        default: false
        }
    }

    private func holds(_ op: ConditionOperator, _ operand: ConditionOperand, _ text: String) -> Bool {
        let text = Array(ConditionText.fold(text).utf8)
        func bytes(_ text: String) -> [UInt8] { Array(ConditionText.fold(text).utf8) }
        switch (op, operand) {
        case (.eq, .text(let value)): return text == bytes(value)
        case (.in, .texts(let values)): return values.contains { bytes($0) == text }
        case (.startsWith, .text(let value)): return text.starts(with: bytes(value))
        case (.endsWith, .text(let value)): return text.reversed().starts(with: bytes(value).reversed())
        case (.contains, .text(let value)):
            let part = bytes(value)
            return text.indices.contains { text[$0...].starts(with: part) }
        default: return false
        }
    }

    /// Dates by the calendar of the project, each operator by its words.
    private func holds(_ op: ConditionOperator, _ operand: ConditionOperand, moment: Instant) -> Bool {
        let (day, today) = (calendar.day(of: moment), calendar.day(of: now))
        func isSame(_ left: CalendarDay, _ right: CalendarDay, _ unit: ConditionSpan.Unit) -> Bool {
            left.start(of: unit) == right.start(of: unit)
        }
        switch (op, operand) {
        case (.on, .moment(.day(let wanted))): return day == wanted
        case (.before, .moment(.day(let wanted))): return day < wanted
        case (.before, .moment(.instant(let wanted))): return moment < wanted
        case (.after, .moment(.day(let wanted))): return day > wanted
        case (.after, .moment(.instant(let wanted))): return moment > wanted
        case (.between, .moments(let from, let to)):
            return !holds(.before, .moment(from), moment: moment) && !holds(.after, .moment(to), moment: moment)
        case (.inLast, .span(let span)):
            if moment > now { return false }
            if let length = span.unit.clockLength {
                return moment.milliseconds >= now.milliseconds - span.count * length
            }
            return day > today.adding(-span.count, span.unit)
        case (.moreThanAgo, .span(let span)):
            if let length = span.unit.clockLength {
                return moment.milliseconds < now.milliseconds - span.count * length
            }
            return day <= today.adding(-span.count, span.unit)
        case (.inNext, .span(let span)):
            if moment <= now { return false }
            if let length = span.unit.clockLength {
                return moment.milliseconds <= now.milliseconds + span.count * length
            }
            return day < today.adding(span.count, span.unit)
        case (.exactlyAgo, .span(let span)):
            guard let length = span.unit.clockLength else { return day == today.adding(-span.count, span.unit) }
            return unit(moment, length) == unit(now, length) - span.count
        case (.this, .span(let span)):
            guard let length = span.unit.clockLength else { return isSame(day, today, span.unit) }
            return unit(moment, length) == unit(now, length)
        case (.previous, .span(let span)):
            guard let length = span.unit.clockLength else {
                return (1...span.count).contains {
                    isSame(day, today.start(of: span.unit).adding(-$0, span.unit), span.unit)
                }
            }
            return (1...span.count).contains(unit(now, length) - unit(moment, length))
        case (.anniversaryIn, .span(let span)):
            let end = today.adding(span.count, span.unit)
            return (today.number..<max(today.number, min(end.number, today.number + 1500))).contains {
                let (candidate, born) = (CalendarDay(number: $0).civil, day.civil)
                guard candidate.year > born.year else { return false }
                if candidate.month == born.month, candidate.day == born.day { return true }
                return born.month == 2 && born.day == 29 && candidate.month == 2 && candidate.day == 28
                    && CalendarDay(year: candidate.year, month: 2, day: 29) == nil
            }
        default: return false
        }
    }

    /// Minutes or hours since 1970 as clocks of today's offset count them.
    private func unit(_ moment: Instant, _ length: Int64) -> Int64 {
        let offset = calendar.localMilliseconds(of: now) - now.milliseconds
        let local = moment.milliseconds + offset
        return local / length - (local % length < 0 ? 1 : 0)
    }

    // MARK: Figures

    func fact(_ field: ConditionField, _ person: ReferencePerson, _ scores: Scores) -> ConditionFact? {
        switch field.source {
        case .orders(let metric):
            let orders = sorted(person.orders).filter { book.includes($0.statuses) }
            return figure(
                metric, orders.map { ($0.date, $0.value.tenThousandths, $0.itemCount.millionths) },
                orders.flatMap(\.lines).map { ($0.fields.money(.sum), $0.fields.quantity(.count)) })
        case .receipts(let metric):
            let receipts = person.receipts.sorted { ($0.date, $0.id) < ($1.date, $1.id) }
            return figure(
                metric,
                receipts.map { receipt in
                    (
                        receipt.date, receipt.value.tenThousandths,
                        receipt.lines.reduce(0) { $0 + ($1.fields.quantity(.count)?.millionths ?? 0) }
                    )
                }, receipts.flatMap(\.lines).map { ($0.fields.money(.sum), $0.fields.quantity(.count)) })
        case .lastStatus(let type): return sorted(person.orders).last?.statuses[type].map { .number($0.rawValue) }
        case .rfm(let score): return scores[score]?[person.customer.id].map { .number($0) }
        default: return field.source.fact(of: person.customer)
        }
    }

    private func figure(
        _ metric: CustomerMetric, _ records: [(date: Instant, value: Int64, items: Int64)],
        _ lines: [(sum: Money?, count: Quantity?)]
    ) -> ConditionFact? {
        let count = Int64(records.count)
        let total = records.reduce(0) { $0 + $1.value }
        let number: Int64?
        switch metric {
        case .count: number = count
        case .total: number = total
        case .firstDate: number = records.first?.date.milliseconds
        case .lastDate: number = records.last?.date.milliseconds
        case .daysSinceFirst:
            number = records.first.map { calendar.day(of: now).number - calendar.day(of: $0.date).number }
        case .daysSinceLast:
            number = records.last.map { calendar.day(of: now).number - calendar.day(of: $0.date).number }
        case .average: number = count == 0 ? nil : total / count
        case .itemsAverage: number = count == 0 ? nil : records.reduce(0) { $0 + $1.items } / count
        case .lastValue: number = records.last?.value
        case .median:
            let values = records.map(\.value).sorted()
            number = values.isEmpty ? nil : (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        case .itemPriceAverage:
            let quantity = lines.reduce(0) { $0 + ($1.count?.millionths ?? 0) }
            let sum = lines.reduce(0) { $0 + ($1.sum?.tenThousandths ?? 0) }
            number = quantity > 0 ? Int64(Int128(sum) * 1_000_000 / Int128(quantity)) : nil
        }
        return number.map { .number($0) }
    }

    func scores(_ score: RFMScore) -> [Customer.ID: Int64] {
        let ranked = people.values.compactMap { person -> (Int64, Customer.ID)? in
            let orders = sorted(person.orders).filter { book.includes($0.statuses) }
            guard let last = orders.last else { return nil }
            switch score {
            case .recency: return (last.date.milliseconds, person.customer.id)
            case .frequency: return (Int64(orders.count), person.customer.id)
            case .monetary: return (orders.reduce(0) { $0 + $1.value.tenThousandths }, person.customer.id)
            }
        }.sorted { $0 < $1 }
        return Dictionary(
            uniqueKeysWithValues: ranked.enumerated().map { ($1.1, Int64($0 * 5 / ranked.count + 1)) }
        )
    }
}

extension ConditionSpan.Unit {
    fileprivate var clockLength: Int64? { isClock ? fixedLength : nil }
}
