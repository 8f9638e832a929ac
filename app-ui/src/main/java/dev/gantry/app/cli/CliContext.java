package dev.gantry.app.cli;

import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.PrintWriter;

/// What every command is given: where to write, where to report progress, where the data lies.
public record CliContext(PrintWriter out, PrintWriter err, Progress progress, GantryHome home, JsonOutput json) {
    /// Writes `data` as JSON to standard output.
    void printJson(Object data) {
        out.println(json.write(data));
    }
}
