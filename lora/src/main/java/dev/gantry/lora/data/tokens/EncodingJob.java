package dev.gantry.lora.data.tokens;

import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Everything that decides which tokens a data file becomes, and so the key they are cached under.
///
/// @param mapping which column holds what; null to find out
/// @param listedFaults faults to keep one by one
public record EncodingJob(
        RowSource source,
        @Nullable ColumnMapping mapping,
        FaultPolicy faultPolicy,
        TrainOn trainOn,
        PromptStyle promptStyle,
        TargetModel target,
        int listedFaults) {

    String fileName() {
        return String.valueOf(source.file().getFileName());
    }

    CacheKey key() throws IOException {
        String settings = String.join(
                "|",
                fileName(),
                source.kind().name(),
                source.textDocuments().name(),
                Character.toString(source.delimiter()),
                source.limits().toString(),
                String.valueOf(mapping),
                faultPolicy.name(),
                trainOn.name(),
                promptStyle.name(),
                Integer.toString(listedFaults));
        return CacheKey.of(source.file(), target, settings);
    }
}
