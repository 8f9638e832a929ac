package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.RepeatedWork;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Work that comes again and again, on a driver that runs on the host: what is launched how, and to which values.
class GraphedWorkTest {
    private final HostCuda cuda = HostCuda.open();
    private final CudaBackend backend = cuda.backend();
    private final TensorArena arena = cuda.arena();
    private final Matrix x = arena.matrix(DType.F32, 3, 5);
    private final ElementKernels elements = backend.elements();
    private final RepeatedWork work = backend.repeatedWork();
    private final Calls before = loaded();

    /// Calls so far.
    private record Calls(int kernels, int graphs, int made, int changed) {
        static Calls of(HostCuda cuda) {
            return new Calls(
                    cuda.calls("cuLaunchKernel"),
                    cuda.calls("cuGraphLaunch"),
                    cuda.calls("cuGraphInstantiateWithFlags"),
                    cuda.calls("cuGraphExecKernelNodeSetParams_v2"));
        }

        Calls since(Calls earlier) {
            return new Calls(
                    kernels - earlier.kernels, graphs - earlier.graphs, made - earlier.made, changed - earlier.changed);
        }
    }

    /// Once the kernels of these tests are there: the driver is called for them at their first launch.
    private Calls loaded() {
        elements.fill(x, 1);
        elements.add(0, x, x);
        return Calls.of(cuda);
    }

    private Calls calls() {
        return Calls.of(cuda).since(before);
    }

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        work.close();
        backend.close();
        cuda.close();
    }

    private float value() {
        backend.synchronize();
        return Elements.get(x, 2, 4);
    }

    private void doubledAnd(float more) {
        elements.add(1, x, x);
        elements.fill(x.row(0), more);
        elements.add(1, x, x.rows(0, 3));
    }

    @Test
    void kernelsOfTheTimeBefore_startTogether_andOnlyNumbersThatDifferAreChanged() {
        work.run(() -> doubledAnd(1));
        assertThat(calls()).isEqualTo(new Calls(3, 0, 0, 0));
        work.run(() -> doubledAnd(1));
        assertThat(calls()).isEqualTo(new Calls(3, 1, 1, 0));
        work.run(() -> doubledAnd(1));
        assertThat(calls()).isEqualTo(new Calls(3, 2, 1, 0));
        work.run(() -> doubledAnd(2));
        assertThat(calls()).isEqualTo(new Calls(3, 3, 1, 1));
        assertThat(value()).isEqualTo(256);
        assertThat(Elements.get(x, 0, 0)).isEqualTo(4);
    }

    @Test
    void otherKernels_areLaunchedOneByOne_andMakeAnotherGraphTheNextTime() {
        for (int i = 0; i < 3; i++) {
            work.run(() -> doubledAnd(1));
        }
        Calls three = calls();
        for (int i = 0; i < 2; i++) {
            work.run(() -> elements.add(1, x, x));
        }
        assertThat(calls().since(three)).isEqualTo(new Calls(1, 1, 1, 0));
        assertThat(value()).isEqualTo(256);
    }

    /// What was started keeps its numbers, also where nothing has run yet when they change.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void manyStartsBeforeAWait_eachHaveTheirNumbers(int seed) {
        cuda.defer(seed);
        float expected = 1;
        for (int i = 1; i <= 6; i++) {
            float number = i;
            work.run(() -> {
                elements.add(number, x, x);
                elements.fill(x.row(0), number);
                elements.add(1, x.row(0), x.row(2));
            });
            expected = expected * (1 + number) + number;
        }
        assertThat(value()).isEqualTo(expected);
        assertThat(calls()).isEqualTo(new Calls(3, 5, 1, 2 * 4));
    }

    @Test
    void workThatCopiesOrWaitsInBetween_isDoneAsItComes() {
        try (TensorArena host = new TensorArena()) {
            Matrix here = host.matrix(DType.F32, 3, 5);
            for (int i = 0; i < 4; i++) {
                work.run(() -> {
                    elements.add(1, x, x);
                    elements.copy(x, here); // waits
                    Elements.set(here, 2, 4, Elements.get(here, 2, 4) + 1);
                    elements.copy(here, x);
                    elements.add(1, x, x);
                });
            }
            assertThat(value()).isEqualTo(426);
            assertThat(calls().graphs()).isZero();
            assertThat(calls().kernels()).isEqualTo(4 * 2);
        }
    }

    @Test
    void workThatBreaks_leavesNothingBehind() {
        for (int i = 0; i < 2; i++) {
            work.run(() -> elements.add(1, x, x));
        }
        assertThatThrownBy(() -> work.run(() -> {
                    elements.add(1, x, x);
                    throw new IllegalStateException("cable cut");
                }))
                .hasMessage("cable cut");
        assertThat(value()).isEqualTo(4);
        work.run(() -> elements.add(1, x, x));
        assertThat(value()).isEqualTo(8);
        assertThat(calls().graphs()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuGraphCreate", "cuGraphAddKernelNode_v2", "cuGraphInstantiateWithFlags"})
    void driverThatRefusesGraphs_isGivenOneKernelAfterTheOther(String function) {
        int asked = cuda.calls(function);
        cuda.fail(function, 2);
        for (int i = 0; i < 4; i++) {
            work.run(() -> elements.add(1, x, x));
        }
        cuda.fail("", 0);
        assertThat(value()).isEqualTo(16);
        assertThat(calls().graphs()).isZero();
        assertThat(cuda.calls(function)).isEqualTo(asked + 1);
    }

    @Test
    void graphs_areGivenBack() {
        int graphs = cuda.calls("cuGraphCreate") - cuda.calls("cuGraphDestroy");
        int executables = cuda.calls("cuGraphInstantiateWithFlags") - cuda.calls("cuGraphExecDestroy");
        RepeatedWork other = backend.repeatedWork();
        for (boolean twice : new boolean[] {true, true, true, false, false}) {
            other.run(() -> {
                elements.add(1, x, x);
                if (twice) {
                    elements.add(1, x, x);
                }
            });
        }
        other.close();
        assertThat(calls().made()).isEqualTo(2);
        assertThat(cuda.calls("cuGraphCreate") - cuda.calls("cuGraphDestroy")).isEqualTo(graphs);
        assertThat(cuda.calls("cuGraphInstantiateWithFlags") - cuda.calls("cuGraphExecDestroy"))
                .isEqualTo(executables);
    }

    @Test
    void graphThatFails_isAFault_andIsMadeAnew() {
        for (int i = 0; i < 2; i++) {
            work.run(() -> elements.add(1, x, x));
        }
        cuda.fail("cuGraphLaunch", 700);
        assertThatThrownBy(() -> work.run(() -> elements.add(2, x, x)))
                .isInstanceOfSatisfying(
                        CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
        cuda.fail("", 0);
        for (int i = 0; i < 2; i++) {
            work.run(() -> elements.add(1, x, x));
        }
        assertThat(value()).isEqualTo(16);
        assertThat(calls().made()).isEqualTo(2);
    }
}
