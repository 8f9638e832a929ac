package dev.gantry.app.cli;

import dev.gantry.app.machine.CudaProbe;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.PrintWriter;
import java.time.Duration;

/// What every command is given: where to read and write, where to report progress, where the data lies.
public record CliContext(
        LineInput in, PrintWriter out, PrintWriter err, Progress progress, GantryHome home, JsonOutput json) {
    /// Long enough for another short command to end, short enough not to look stuck.
    private static final Duration CATALOG_PATIENCE = Duration.ofSeconds(5);

    /// Writes `data` as JSON to standard output.
    void printJson(Object data) {
        out.println(json.write(data));
    }

    /// The devices of this machine.
    Devices devices() {
        return CudaProbe.devices(home.folder());
    }

    /// Opens the catalog and tells the user when it had to be repaired.
    Catalog openCatalog() {
        Catalog catalog = Catalog.open(home, CATALOG_PATIENCE);
        catalog.repair()
                .ifPresent(repair -> err.println("note: the catalog was damaged and has been rebuilt with "
                        + repair.models() + " models, " + repair.adapters() + " adapters and " + repair.runs()
                        + " runs; the damaged file is " + repair.damagedFile()));
        return catalog;
    }
}
