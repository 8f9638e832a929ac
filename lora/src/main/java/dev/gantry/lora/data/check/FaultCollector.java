package dev.gantry.lora.data.check;

import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.FaultKind.Severity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts all faults and keeps the first few, so that a file of nothing but faults costs no memory.
public final class FaultCollector {
    private final int keep;
    private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);
    private final List<Fault> first = new ArrayList<>();
    private @Nullable Fault firstUnusable;

    public FaultCollector(int keep) {
        this.keep = keep;
    }

    /// A collector that goes on where an earlier pass ended.
    public static FaultCollector continuing(ValidationReport report, int keep) {
        FaultCollector collector = new FaultCollector(keep);
        collector.counts.putAll(report.counts());
        collector.first.addAll(report.firstFaults());
        return collector;
    }

    /// Counts a fault; `fault` is asked only when it will be kept, since excerpts of rows are dear.
    public void add(FaultKind kind, Supplier<Fault> fault) {
        counts.merge(kind, 1L, Long::sum);
        boolean wanted = firstUnusable == null && kind.severity() == Severity.UNUSABLE;
        if (first.size() >= keep && !wanted) {
            return;
        }
        Fault made = fault.get();
        if (first.size() < keep) {
            first.add(made);
        }
        if (wanted) {
            firstUnusable = made;
        }
    }

    public void add(Fault fault) {
        add(fault.kind(), () -> fault);
    }

    /// The first fault that keeps a row from being used, null while there is none.
    public @Nullable Fault firstUnusable() {
        return firstUnusable;
    }

    public ValidationReport report(long rows, long examples) {
        return new ValidationReport(rows, examples, counts, first);
    }
}
