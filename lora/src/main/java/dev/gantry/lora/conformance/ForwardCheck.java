package dev.gantry.lora.conformance;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.memory.SweptModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Logits, hidden states and loss of one batch against a file of the case.
final class ForwardCheck implements AutoCloseable {
    private final Backend backend;
    private final CaseFolder reference;
    private final DecoderSpec spec;
    private final PaddedBatch inputs;
    private final TensorArena arena;
    private final SweptModel weights;
    private final TrainingPass pass;
    private final TokenBatch batch;
    private final Matrix logits;
    private final Matrix headIn;
    private final double loss;

    ForwardCheck(LoadedCase loaded, StoredModel model, Adapters adapters, PaddedBatch inputs) {
        this.backend = loaded.backend();
        this.reference = loaded.reference();
        this.spec = model.spec();
        this.inputs = inputs;
        int tokens = inputs.tokens();
        TrainingPass.Plan plan = loaded.plan(tokens, 1, adapters, Set.of());
        this.weights = loaded.weights(model, plan, beside(tokens));
        this.arena = loaded.arena();
        this.batch = inputs.unpadded(new TokenBatch.Buffers(tokens, arena));
        this.logits = logits(tokens, arena);
        this.headIn = headIn(tokens, arena);
        this.pass = new TrainingPass(
                backend, weights.weights(), plan, loaded.tiers().device());
        this.loss = pass.lossSum(List.of(batch), adapters, null) / batch.labelled();
        pass.forward(List.of(batch), adapters);
        pass.logits(0, batch, logits);
    }

    private long beside(int tokens) {
        try (TensorArena shapes = TensorArena.measuring()) {
            new TokenBatch.Buffers(tokens, shapes);
            logits(tokens, shapes);
            headIn(tokens, shapes);
            return shapes.allocatedBytes();
        }
    }

    private Matrix logits(int tokens, TensorArena from) {
        return from.matrix(DType.F32, tokens, spec.vocabularySize());
    }

    private Matrix headIn(int tokens, TensorArena from) {
        return from.matrix(DType.F32, tokens, spec.embeddingDim());
    }

    /// Compares everything that `file` of the case holds.
    List<Finding> against(String label, String file, Checkpoint expected) {
        List<Finding> findings = new ArrayList<>();
        for (String tensor : expected.tensors().keySet()) {
            switch (tensor) {
                case "logits", "adapter_logits", "merged_logits", "final_logits" ->
                    findings.add(logits(label, file, tensor, expected));
                case "loss", "merged_loss" -> findings.add(loss(label, file, tensor, expected));
                case "topk_values" -> findings.addAll(topK(label, file, expected));
                default -> {
                    // hidden states are gathered below; topk_ids go with their values
                }
            }
        }
        if (expected.tensors().containsKey("embed_out")) {
            findings.add(hidden(label, file, expected));
        }
        return findings;
    }

    Finding logits(String label, String file, String tensor, Checkpoint expected) {
        Comparison comparison = new Comparison(label + " " + tensor.replace('_', ' '));
        int vocabulary = spec.vocabularySize();
        comparison.values(
                tensor,
                expected.tensor(tensor),
                inputs.padded(logits(), vocabulary),
                reference.tolerance(file, tensor),
                inputs.real(vocabulary));
        return comparison.finding();
    }

    private Finding loss(String label, String file, String tensor, Checkpoint expected) {
        Comparison comparison = new Comparison(label + " loss");
        comparison.values(
                tensor, expected.tensor(tensor), new float[] {(float) loss}, reference.tolerance(file, tensor));
        return comparison.finding();
    }

    /// Unpadded logits.
    private float[] logits() {
        return Values.floats(backend, logits);
    }

    private List<Finding> topK(String label, String file, Checkpoint expected) {
        int k = Math.toIntExact(expected.tensor("topk_values").shape().extent(-1));
        int vocabulary = spec.vocabularySize();
        float[] logits = logits();
        float[] values = new float[batch.tokens() * k];
        float[] ids = new float[batch.tokens() * k];
        for (int t = 0; t < batch.tokens(); t++) {
            TopK top = TopK.of(logits, t * vocabulary, vocabulary, k);
            System.arraycopy(top.values(), 0, values, t * k, k);
            for (int i = 0; i < k; i++) {
                ids[t * k + i] = top.ids()[i];
            }
        }
        CaseFolder.Tolerance tolerance = reference.tolerance(file, "topk_values");
        Comparison comparison = new Comparison(label + " top-" + k + " values");
        comparison.values(
                "topk_values", expected.tensor("topk_values"), inputs.padded(values, k), tolerance, inputs.real(k));
        return List.of(comparison.finding(), topIds(label, expected, inputs.padded(ids, k), tolerance, k));
    }

    /// Ids must be equal but where the reference's neighbouring values nearly tie.
    private Finding topIds(String label, Checkpoint expected, float[] actual, CaseFolder.Tolerance tolerance, int k) {
        float[] values = Values.floats(expected.tensor("topk_values"));
        long[] ids = Values.integers(expected.tensor("topk_ids"));
        Double absolute = tolerance.absolute();
        double tie = absolute == null ? 0 : 2 * absolute;
        Comparison.IndexFilter real = inputs.real(k);
        int[] wanted = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            int column = i % k;
            boolean nearAbove = column > 0 && values[i - 1] - values[i] < tie;
            boolean nearBelow = column == k - 1 || values[i] - values[i + 1] < tie;
            boolean free = !real.counts(i) || nearAbove || nearBelow;
            wanted[i] = free ? (int) ids[i] : (int) actual[i];
        }
        Comparison comparison = new Comparison(label + " top-" + k + " ids");
        comparison.integers("topk_ids", ids, wanted);
        return comparison.finding();
    }

    private Finding hidden(String label, String file, Checkpoint expected) {
        Comparison comparison = new Comparison(label + " hidden states");
        int hidden = spec.hidden();
        for (int layer = 0; layer <= spec.layers(); layer++) {
            String tensor = layer == 0 ? "embed_out" : "layer_out." + (layer - 1);
            float[] values = Values.floats(backend, pass.boundary(layer, 0));
            comparison.values(
                    tensor,
                    expected.tensor(tensor),
                    inputs.padded(values, hidden),
                    reference.tolerance(file, tensor),
                    inputs.real(hidden));
        }
        int width = spec.embeddingDim();
        pass.headInput(0, batch, headIn);
        comparison.values(
                "head_in",
                expected.tensor("head_in"),
                inputs.padded(Values.floats(backend, headIn), width),
                reference.tolerance(file, "head_in"),
                inputs.real(width));
        return comparison.finding();
    }

    @Override
    public void close() {
        pass.close();
        weights.close();
        arena.close();
        backend.synchronize();
    }
}
