package dev.gantry.engine.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.ProductCase;
import dev.gantry.engine.backend.ProductsContract;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.HostSubject;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Every implementation of the processor.
@ParameterizedClass
@MethodSource("available")
class MatmulKernelsTest extends ProductsContract {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 25, 33, 64, 65, 100, 129};

    private final MatmulChoice choice;

    MatmulKernelsTest(MatmulChoice choice) {
        super(new HostSubject(choice), 500, SIZES);
        this.choice = choice;
    }

    static Stream<MatmulChoice> available() {
        return Stream.of(MatmulChoice.values())
                .filter(choice -> choice != MatmulChoice.ONEDNN || TestMachine.hasOneDnn());
    }

    @Test
    void bitsDoNotDependOnTheNumberOfThreads() {
        int[] sizes = {1, 3, 8, 13, 40, 96, 200, 517};
        try (CpuBackend one = new CpuBackend(1, choice);
                CpuBackend two = new CpuBackend(2, choice);
                CpuBackend four = new CpuBackend(4, choice)) {
            for (int round = 0; round < (choice == MatmulChoice.SCALAR ? 10 : 60); round++) {
                try (TensorArena arena = new TensorArena()) {
                    ProductCase product = random(arena, LAYOUTS.get(random.nextInt(LAYOUTS.size())), sizes);
                    product.run(one.matmul());
                    byte[] expected = product.bits();
                    for (CpuBackend other : List.of(one, two, four)) {
                        product.run(other.matmul());
                        assertThat(Arrays.mismatch(expected, product.bits()))
                                .as("%s with %s", product, other.description())
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }
}
