package dev.gantry.lora.train.config;

import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.example.ColumnRole;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.PromptStyle;
import dev.gantry.lora.data.tokens.TrainOn;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run learns from; null means: chosen for you.
///
/// @param path data file, of any kind and layout that is recognised
/// @param template name of a chat template; null for the model's own, else ChatML
/// @param maxTokens longest row; null or 0 to take it from the data
/// @param packing several short rows in the place of one long one
/// @param evalFraction share of rows held back
/// @param columns which column of the file holds what; null to find out
public record DataSection(
        String path,
        @Nullable String template,
        @Nullable Integer maxTokens,
        @Nullable Boolean packing,
        @Nullable Double evalFraction,
        @Nullable OverLong overLong,
        @Nullable FaultPolicy faultPolicy,
        @Nullable TrainOn trainOn,
        @Nullable PromptStyle promptStyle,
        @Nullable Map<ColumnRole, String> columns) {

    public DataSection {
        Setting.present("data.path", path);
        Setting.atLeast("data.max_tokens", maxTokens, 0);
        Setting.within("data.eval_fraction", evalFraction, 0, 1);
        if (columns != null) {
            ColumnMapping mapping = new ColumnMapping(columns);
            columns = mapping.columns();
            String problem = mapping.problem();
            if (problem != null) {
                throw Setting.wrong("data.columns", columns, "does not say enough: " + problem);
            }
        }
    }

    /// A file with everything chosen for you.
    public static DataSection of(String path) {
        return new DataSection(path, null, null, null, null, null, null, null, null, null);
    }

    public DataSection withMaxTokens(int value) {
        return new DataSection(
                path, template, value, packing, evalFraction, overLong, faultPolicy, trainOn, promptStyle, columns);
    }

    /// What [#columns] says, null when nothing.
    public @Nullable ColumnMapping mapping() {
        return columns == null ? null : new ColumnMapping(columns);
    }
}
