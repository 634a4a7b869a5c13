// Draw every figure from the data beside it.
for (const figure of document.querySelectorAll(".figure")) {
  const { data, layout, config } = JSON.parse(figure.querySelector("script").textContent);
  Plotly.newPlot(figure.querySelector(".plot"), data, layout, { ...config, responsive: true, displayModeBar: false });
}
// Paper is narrower than a screen: shrink each figure to it, letters and all.
addEventListener("beforeprint", () => {
  for (const figure of document.querySelectorAll(".figure")) {
    figure.style.setProperty("--shrink", Math.min(1, 680 / figure.querySelector(".main-svg").clientWidth));
  }
});
