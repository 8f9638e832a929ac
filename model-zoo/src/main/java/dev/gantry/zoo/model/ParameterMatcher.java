package dev.gantry.zoo.model;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.BadFile;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.family.ModelTask;
import dev.gantry.zoo.family.ParameterNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// Finds every parameter of a spec in a checkpoint, and says what is missing, misshapen or left over.
final class ParameterMatcher {
    private static final int SHOWN_NAMES = 5;
    private static final String HEAD_WEIGHT = ParameterNames.HEAD + ".weight";

    private final Path folder;
    private final DecoderSpec spec;
    private final ParameterNames names;
    private final Checkpoint checkpoint;
    private final Set<String> unused;

    ParameterMatcher(Path folder, DecoderSpec spec, ParameterNames names, Checkpoint checkpoint) {
        this.folder = folder;
        this.spec = spec;
        this.names = names;
        this.checkpoint = checkpoint;
        this.unused = new LinkedHashSet<>(checkpoint.tensors().keySet());
    }

    ParameterMap match(ModelTask task) {
        String prefix = prefix();
        SequencedMap<ParameterId, String> matched = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            String name = names.name(parameter.id(), prefix);
            TensorInfo entry = checkpoint.tensors().get(name);
            if (entry == null) {
                missing.add(name);
            } else {
                require(entry, parameter.shape());
                matched.put(parameter.id(), name);
                unused.remove(name);
            }
        }
        if (!missing.isEmpty()) {
            throw missing(missing);
        }
        switch (task) {
            case CAUSAL_LM -> tiedHead(names.name(ParameterId.weight(Module.TOKEN_EMBEDDING), prefix));
            case SEQUENCE_CLASSIFICATION -> score();
        }
        return new ParameterMap(matched, buffers(prefix), List.copyOf(unused));
    }

    /// Checkpoints of a bare decoder lack the prefix that a model with a head has.
    private String prefix() {
        ParameterId embedding = ParameterId.weight(Module.TOKEN_EMBEDDING);
        for (String prefix : names.prefixes()) {
            if (checkpoint.tensors().containsKey(names.name(embedding, prefix))) {
                return prefix;
            }
        }
        throw missing(List.of(names.standard(embedding)));
    }

    private void require(TensorInfo entry, Shape shape) {
        if (!entry.shape().equals(shape)) {
            throw BadFile.refused(
                    "MODEL-SHAPE",
                    folder,
                    "tensor " + entry.name() + " has shape " + entry.shape() + " where config.json asks for " + shape,
                    "config.json and weights are of different models: fetch both from one source.");
        }
        if (!entry.dtype().isFloating()) {
            throw BadFile.refused(
                    "MODEL-DTYPE",
                    folder,
                    "tensor " + entry.name() + " holds " + entry.dtype() + ", not floating-point numbers",
                    "Use a checkpoint in F32, BF16 or F16; quantised ones cannot be tuned here.");
        }
    }

    /// A head beside a tied embedding must be the same numbers, else one of the two would silently win.
    private void tiedHead(String embeddingName) {
        if (spec.head() != DecoderSpec.Head.TIED || !unused.remove(HEAD_WEIGHT)) {
            return;
        }
        Tensor embedding = checkpoint.tensor(embeddingName);
        Tensor head = checkpoint.tensor(HEAD_WEIGHT);
        boolean same = head.dtype() == embedding.dtype()
                && head.shape().equals(embedding.shape())
                && (head.data().address() == embedding.data().address()
                        || head.data().mismatch(embedding.data()) < 0);
        if (!same) {
            throw BadFile.refused(
                    "MODEL-TIED-HEAD",
                    folder,
                    "tensor " + HEAD_WEIGHT + " differs from " + embeddingName
                            + ", but config.json says that the two are one (tie_word_embeddings)",
                    "Set \"tie_word_embeddings\": false in config.json if the model has a head of its own.");
        }
    }

    private void score() {
        TensorInfo score = checkpoint.tensors().get(ParameterNames.SCORE);
        if (score == null) {
            throw missing(List.of(ParameterNames.SCORE));
        }
        long labels = score.shape().rank() == 2 ? score.shape().extent(0) : 1;
        require(score, Shape.of(labels, spec.embeddingDim()));
        unused.remove(ParameterNames.SCORE);
    }

    private List<String> buffers(String prefix) {
        List<String> buffers = new ArrayList<>();
        for (String name : unused) {
            String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            if (names.buffers().matcher(bare).matches()) {
                buffers.add(name);
            }
        }
        buffers.forEach(unused::remove);
        return buffers;
    }

    private GantryException missing(List<String> missing) {
        String some = String.join(", ", missing.subList(0, Math.min(SHOWN_NAMES, missing.size())));
        String more = missing.size() > SHOWN_NAMES ? " and " + (missing.size() - SHOWN_NAMES) + " more" : "";
        String why = checkpoint.tensors().size() + " tensors are there, but not " + some + more;
        String next = missing.equals(List.of(HEAD_WEIGHT))
                ? "Set \"tie_word_embeddings\": true in config.json if the embedding serves as head, else fetch the"
                        + " whole model."
                : "Fetch config.json and weights again, both from one source.";
        return GantryException.badInput("MODEL-TENSOR-MISSING", "cannot open the model " + folder, why, next);
    }
}
