package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.export.LoadRecipe;
import java.time.Duration;

/// An export that was written, loaded again and compared.
///
/// @param took from beginning to end, the check included
record DoneExport(Exportable what, ExportKind kind, ExportOutcome outcome, Duration took) {
    LoadRecipe recipe() {
        return LoadRecipe.of(kind, outcome.receipt().folder(), what.model());
    }
}
