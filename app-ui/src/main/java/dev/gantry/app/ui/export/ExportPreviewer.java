package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.machine.Examiner;
import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.export.ExportEstimate;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Foretells exports from shapes and from what was measured on this machine; where nothing was, it measures once.
record ExportPreviewer(GantryHome home, Examiner examiner, Clock clock) {
    /// @param folder where the export goes; it need not be there yet
    ExportPreview preview(Exportable what, @Nullable DType dtype, Path folder, Progress progress) throws IOException {
        MachineProbe probe = new MachineProbe();
        long available = probe.memory().availableBytes();
        MachineReport.Rates rates = rates(progress);
        return new ExportPreview(
                estimates(what, dtype),
                new ExportEstimate.Rates(
                        rates.diskReadBytesPerSecond(),
                        rates.diskWriteBytesPerSecond(),
                        rates.memoryReadBytesPerSecond(),
                        available),
                probe.disk(folder).freeBytes(),
                names(folder));
    }

    private static Set<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private MachineReport.Rates rates(Progress progress) throws IOException {
        Optional<MeasuredRates> known = MeasuredRates.read(home);
        if (known.isPresent()) {
            return known.get().rates();
        }
        MeasuredRates now = new MeasuredRates(clock.instant(), examiner.measure(progress));
        now.keep(home);
        return now.rates();
    }

    private static Map<ExportKind, ExportEstimate> estimates(Exportable what, @Nullable DType dtype)
            throws IOException {
        Map<ExportKind, ExportEstimate> estimates = new EnumMap<>(ExportKind.class);
        try (CpuBackend backend = new CpuBackend(1)) {
            switch (what) {
                case Exportable.Whole(var model) ->
                    estimates.put(ExportKind.MERGED, ExportEstimate.merged(backend, model, null, dtype));
                case Exportable.Adapted(var tuned) -> {
                    estimates.put(
                            ExportKind.MERGED, ExportEstimate.merged(backend, tuned.base(), tuned.adapter(), dtype));
                    estimates.put(ExportKind.ADAPTER, ExportEstimate.adapter(backend, tuned));
                }
            }
        }
        return estimates;
    }
}
