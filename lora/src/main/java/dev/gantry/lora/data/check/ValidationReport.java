package dev.gantry.lora.data.check;

import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.FaultKind.Severity;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a pass over a data file found.
///
/// @param rows rows met, unreadable ones included
/// @param examples examples that can be learned from
/// @param counts how often each kind of fault occurred; kinds that did not are absent
/// @param firstFaults the first faults in file order
public record ValidationReport(long rows, long examples, Map<FaultKind, Long> counts, List<Fault> firstFaults) {

    public ValidationReport {
        EnumMap<FaultKind, Long> copy = new EnumMap<>(FaultKind.class);
        copy.putAll(counts);
        counts = Collections.unmodifiableMap(copy);
        firstFaults = List.copyOf(firstFaults);
    }

    public long count(FaultKind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /// Faults that keep rows from being used.
    public long unusable() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().severity() == Severity.UNUSABLE)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /// The counts in words: `3 bad JSON, 1 empty answer`; empty when nothing was found.
    public String summary() {
        StringBuilder words = new StringBuilder();
        counts.forEach((kind, count) -> words.append(words.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(kind.label()));
        return words.toString();
    }
}
