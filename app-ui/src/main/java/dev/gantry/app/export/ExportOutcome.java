package dev.gantry.app.export;

import dev.gantry.lora.export.ReloadReport;
import dev.gantry.zoo.export.ExportReceipt;

/// What an export wrote, and how that compared when it was loaded again; the component names are the keys of its JSON.
///
/// @param passed whether what was written may be called equal to what it was made of
public record ExportOutcome(ExportReceipt receipt, ReloadReport reload, boolean passed) {}
