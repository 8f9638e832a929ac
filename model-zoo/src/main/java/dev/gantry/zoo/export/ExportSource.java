package dev.gantry.zoo.export;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.family.ParameterNames;
import dev.gantry.zoo.model.LoadedModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an exported folder is made of.
///
/// @param config every key of it is kept
/// @param model the parameters before `changes`
/// @param changes the parameters that differ from them
/// @param extras tensors beside the decoder by their name, such as `score.weight`
/// @param companions folder whose tokenizer, generation settings and licence are copied; null for none
/// @param chatTemplate replaces the tokenizer's; null to keep that
/// @param dtype type of all tensors; null keeps each as it is
public record ExportSource(
        Family family,
        ModelConfig config,
        DecoderModel model,
        ChangedTensors changes,
        Map<String, Tensor> extras,
        @Nullable Path companions,
        @Nullable String chatTemplate,
        @Nullable DType dtype,
        ModelCard card) {

    public ExportSource {
        extras = new TreeMap<>(extras);
        if (dtype != null && dtype != DType.F32 && dtype != DType.BF16 && dtype != DType.F16) {
            throw new IllegalArgumentException("models are exported in F32, BF16 or F16, not in " + dtype);
        }
    }

    /// A loaded model with some of its parameters changed.
    public static ExportSource of(LoadedModel base, ChangedTensors changes, ModelCard card) {
        Map<String, Tensor> extras = new TreeMap<>();
        base.score().ifPresent(score -> extras.put(ParameterNames.SCORE, score));
        return new ExportSource(
                base.folder().family(),
                base.folder().config(),
                base.model(),
                changes,
                extras,
                base.folder().path(),
                null,
                null,
                card);
    }

    /// A model that was trained from nothing.
    ///
    /// @param companions folder that holds its tokenizer
    public static ExportSource fresh(
            Family family, ModelConfig config, DecoderModel model, Path companions, ModelCard card) {
        return new ExportSource(family, config, model, ChangedTensors.NONE, Map.of(), companions, null, null, card);
    }

    public ExportSource withChatTemplate(String template) {
        return new ExportSource(family, config, model, changes, extras, companions, template, dtype, card);
    }

    public ExportSource withDtype(DType type) {
        return new ExportSource(family, config, model, changes, extras, companions, chatTemplate, type, card);
    }

    /// Type in which a tensor is written.
    DType dtypeOf(Tensor tensor) {
        return dtype != null ? dtype : tensor.dtype();
    }
}
