package dev.gantry.lora.data;

import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.tokens.CacheUse;
import dev.gantry.lora.data.tokens.LengthHistogram;
import java.util.Map;

/// What was made of a data file, in numbers.
///
/// @param parts which field plays which part
/// @param report faults, those of the length rule included
/// @param histogram lengths before the length rule
/// @param maxTokens the length rule's bound
/// @param droppedRows left out for their length
/// @param cutRows shortened for their length
/// @param maskedRows left out because nothing of them would be learned
/// @param learnedTokens tokens that count in the loss of one epoch
/// @param cache where the tokens came from
public record DataSummary(
        DataFormat format,
        Map<String, String> parts,
        ValidationReport report,
        LengthHistogram histogram,
        int maxTokens,
        long droppedRows,
        long cutRows,
        long maskedRows,
        int trainRows,
        int evalRows,
        long trainTokens,
        long learnedTokens,
        CacheUse cache) {}
