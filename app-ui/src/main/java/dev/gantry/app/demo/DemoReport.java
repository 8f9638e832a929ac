package dev.gantry.app.demo;

import dev.gantry.lora.export.ReloadReport;
import dev.gantry.lora.train.RunReport;
import dev.gantry.zoo.export.ExportReceipt;
import java.util.List;

/// What a demo did.
///
/// @param parameters of the starter model
/// @param answers to the same questions, before and after
/// @param passed whether the exported model does what base and adapter do
/// @param seconds from beginning to end
public record DemoReport(
        DemoFolders folders,
        long parameters,
        RunReport training,
        List<Exchange> answers,
        ExportReceipt receipt,
        ReloadReport reload,
        boolean passed,
        double seconds) {

    /// One question and what the model said before and after it was tuned.
    ///
    /// @param inData whether the training data holds the question in these words
    public record Exchange(String question, boolean inData, String before, String after) {}
}
