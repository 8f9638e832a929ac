package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;
import dev.gantry.engine.collective.Fabric;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.cuda.CudaReport.Card;
import dev.gantry.engine.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The cards of this machine as devices: opens one with the best of what was found of CUDA, or says what is missing.
public final class CudaCards {
    private final CudaDiscovery discovery;
    private final Path kernels;
    private final Map<Integer, Boolean> tried = new ConcurrentHashMap<>();
    private @Nullable CudaReport report;

    /// @param kernels the folder that keeps compiled kernels
    public CudaCards(CudaDiscovery discovery, Path kernels) {
        this.discovery = discovery;
        this.kernels = kernels;
    }

    /// The first card, in the driver's order, that has all it needs and passes a {@link CardTrial}.
    public OptionalInt firstUsable() {
        return firstUsable(1);
    }

    /// The first of so many neighbouring cards of which that is true.
    public OptionalInt firstUsable(int count) {
        CudaReport found = look();
        int last = found.tier() == CudaTier.NONE ? -1 : found.cards().size() - count;
        return IntStream.rangeClosed(0, last)
                .filter(first -> found.cards().subList(first, first + count).stream()
                        .allMatch(card -> card.capability().isSupported()
                                && compiler(found, card).isPresent()
                                && tried.computeIfAbsent(card.ordinal(), this::computes)))
                .findFirst();
    }

    /// Whether any of so many neighbouring cards has tensor cores that do not multiply bf16.
    public boolean lackBf16(int first, int count) {
        return look().cards().stream()
                .filter(card -> card.ordinal() >= first && card.ordinal() < first + count)
                .anyMatch(card -> card.capability().narrowType() != DType.BF16);
    }

    private boolean computes(int ordinal) {
        try (Backend card = open(ordinal)) {
            return CardTrial.passes(card);
        } catch (CudaException _) {
            return false; // whoever asks for this card by its name is told why
        }
    }

    /// Opens a card; closing the backend gives it back.
    ///
    /// @throws CudaException when there is no such card, or something is missing that it needs
    public Backend open(int ordinal) {
        return opened(ordinal);
    }

    /// Opens neighbouring cards, one for each rank of a job, and joins them: by NCCL where it was found, else by the
    /// driver's copies.
    ///
    /// @param first the card of the first rank
    /// @throws CudaException when there are not so many cards, or something is missing that they need
    public RankDevices together(int first, int ranks) {
        CudaReport found = usable();
        int cards = found.cards().size();
        if (first + ranks > cards) {
            throw CudaException.tooFewCards(first, ranks, cards);
        }
        return RankDevices.open(ranks, rank -> opened(first + rank), opened -> fabric(found, opened));
    }

    private static Fabric fabric(CudaReport found, List<Opened> opened) {
        List<CudaBackend> backends = opened.stream().map(Opened::backend).toList();
        Optional<Nccl> nccl = Optional.ofNullable(found.pathOf("NCCL")).flatMap(Nccl::open);
        return nccl.isPresent() ? new NcclFabric(nccl.get(), backends) : new CardFabric(backends);
    }

    private Opened opened(int ordinal) {
        CudaReport found = usable();
        Card card = found.cards().stream()
                .filter(each -> each.ordinal() == ordinal)
                .findFirst()
                .orElseThrow(() -> CudaException.noCard(ordinal, found.cards().size()));
        KernelCompiler compiler =
                compiler(found, card).orElseThrow(() -> CudaException.noKernels(card.capability(), kernels));
        CublasLt products = Optional.ofNullable(found.pathOf("cuBLASLt"))
                .flatMap(CublasLt::open)
                .orElse(null);
        CudaContext context = new CudaContext(driver(found), ordinal);
        try {
            return new Opened(context, new CudaBackend(context, compiler, products));
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    /// @throws CudaException when no card can be used
    private CudaReport usable() {
        CudaReport found = look();
        if (found.tier() == CudaTier.NONE) {
            throw CudaException.none(found.detail());
        }
        return found;
    }

    private synchronized CudaReport look() {
        CudaReport known = report == null ? discovery.look() : report;
        report = known;
        return known;
    }

    private static CudaDriver driver(CudaReport found) {
        return Optional.ofNullable(found.pathOf(CudaDiscovery.DRIVER))
                .flatMap(NativeLibrary::open)
                .map(CudaDriver::new)
                .orElseThrow(() -> CudaException.none(found.detail()));
    }

    /// NVRTC, or images of all kernels that one has left here before.
    private Optional<KernelCompiler> compiler(CudaReport found, Card card) {
        Optional<KernelCompiler> nvrtc = Optional.ofNullable(found.pathOf("NVRTC"))
                .flatMap(Nvrtc::open)
                .map(compiler -> new KernelCache(kernels, compiler));
        return nvrtc.isPresent() ? nvrtc : KernelCache.whole(kernels, card.capability());
    }

    /// A backend with the context it lives in.
    private static final class Opened extends ForwardingBackend {
        private final CudaContext context;
        private final CudaBackend backend;

        Opened(CudaContext context, CudaBackend backend) {
            super(backend);
            this.context = context;
            this.backend = backend;
        }

        CudaBackend backend() {
            return backend;
        }

        @Override
        public void close() {
            try {
                backend.close();
            } finally {
                context.close();
            }
        }
    }
}
