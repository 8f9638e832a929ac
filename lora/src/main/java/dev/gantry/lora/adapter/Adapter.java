package dev.gantry.lora.adapter;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.random.TensorRandom;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A LoRA adapter of one model: its settings and its f32 tensors, which it owns.
public final class Adapter implements AutoCloseable {
    private final LoraConfig config;
    private final AdapterLayout layout;
    private final TensorArena arena;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    private final SequencedMap<ParameterId, String> parameterNames = new LinkedHashMap<>();

    /// An adapter of zeros: no change to the model until its tensors are filled.
    ///
    /// @param paths the base model's naming
    public Adapter(LoraConfig config, AdapterLayout layout, ModulePaths paths) {
        this(config, layout, paths, MemoryAccount.unlimited("device"));
    }

    /// @param device where the tensors lie
    /// @throws OverBudgetException when it is too small
    public Adapter(LoraConfig config, AdapterLayout layout, ModulePaths paths, MemoryAccount device) {
        this.config = config;
        this.layout = layout;
        SequencedMap<String, Shape> shapes = layout.tensorShapes(paths);
        long bytes = shapes.values().stream()
                .mapToLong(shape -> TensorArena.roundedBytes(DType.F32, shape))
                .sum();
        this.arena = TensorArena.planned(device, "adapters", bytes);
        shapes.forEach((name, shape) -> tensors.put(name, arena.allocate(DType.F32, shape.toArray())));
        for (ParameterSpec parameter : layout.parameters()) {
            parameterNames.put(parameter.id(), PeftNames.parameter(parameter.id(), paths, layout));
        }
    }

    /// Fills in what training starts from: A uniform in `±1/sqrt(inputs)` (Kaiming with a = sqrt 5, PEFT's choice),
    /// B zero, and the base model's values for what is trained in full.
    public void initialise(long seed, DecoderModel base, Backend backend) {
        for (AdapterSlot slot : layout.slots()) {
            double bound = 1 / Math.sqrt(slot.inputs());
            Matrix a = tensor(slot.nameOfA()).matrix();
            arena.put(new TensorRandom(seed, slot.nameOfA()).uniform(Math.toIntExact(a.elements()), bound), a);
            backend.elements().fill(tensor(slot.nameOfB()).matrix(), 0);
        }
        parameterNames.forEach((id, name) -> backend.elements()
                .copy(base.parameter(id).matrix(), tensor(name).matrix()));
        backend.synchronize();
    }

    public LoraConfig config() {
        return config;
    }

    public AdapterLayout layout() {
        return layout;
    }

    /// All tensors under the names PEFT gives them, as live views.
    public SequencedMap<String, Tensor> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    /// Names of the tensors that hold whole parameters.
    public SequencedMap<ParameterId, String> parameterNames() {
        return Collections.unmodifiableSequencedMap(parameterNames);
    }

    /// The low-rank part, for a pass.
    public Adapters lowRank() {
        return lowRank(1);
    }

    /// The low-rank part with what it adds multiplied.
    public Adapters lowRank(float strength) {
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        for (AdapterSlot slot : layout.slots()) {
            LowRank lowRank = new LowRank(
                    tensor(slot.nameOfA()).matrix(), tensor(slot.nameOfB()).matrix(), slot.scale() * strength, (float)
                            config.loraDropout());
            sites.put(slot.site(), lowRank);
        }
        return new Adapters(sites);
    }

    /// The base model with the parameters that this adapter trained in full in place of its own.
    public DecoderModel overlay(DecoderModel base) {
        Map<ParameterId, Tensor> parameters = new HashMap<>(base.parameters());
        parameterNames.forEach((id, name) -> parameters.put(id, tensor(name)));
        return new DecoderModel(base.spec(), parameters);
    }

    Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the adapter has no tensor " + name);
        }
        return tensor;
    }

    /// Where its tensors lie.
    public Memory memory() {
        return arena.memory();
    }

    /// Bytes of native memory held.
    public long bytes() {
        return arena.allocatedBytes();
    }

    @Override
    public void close() {
        arena.close();
    }
}
