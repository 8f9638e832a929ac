package dev.gantry.lora.data;

import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.source.FileKind;
import dev.gantry.lora.data.tokens.LengthHistogram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is in a data file, for `gantry data check` and the import screen.
///
/// @param parts which field plays which part: `user` → `Question`
/// @param firstExamples the first usable examples
/// @param tokens what a model makes of it; null when none was given
public record DataInspection(
        Path file,
        FileKind kind,
        DataFormat format,
        Map<String, String> parts,
        ValidationReport report,
        List<Example> firstExamples,
        @Nullable TokenView tokens) {

    /// The data as one model sees it.
    ///
    /// @param histogram lengths of the usable rows
    /// @param learnedTokens tokens that count in the loss
    /// @param suggestedMaxTokens length that loses at most one row in a hundred
    /// @param overLongRows rows longer than the request allows, or than the model takes
    /// @param previews the first rows with their mask
    public record TokenView(
            LengthHistogram histogram,
            long learnedTokens,
            int suggestedMaxTokens,
            long overLongRows,
            List<MaskPreview> previews) {}
}
