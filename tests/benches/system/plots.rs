//! Pictures of figures.

use std::path::Path;

use plotters::prelude::*;

use crate::part::Plot;

const COLOURS: [RGBColor; 2] = [RGBColor(30, 136, 229), RGBColor(239, 108, 0)];
const WIDTH: u32 = 800;
const BAR_HEIGHT: u32 = 28;
const MARGIN: u32 = 60;
/// The slowest of ten thousand, on a scale on which each step is ten times as rare.
const NINES_MAX: f64 = 3.0;

/// Draws it into this folder; gives its file and its title.
pub(crate) fn draw<'a>(folder: &Path, plot: &'a Plot) -> (String, &'a str) {
    let (Plot::Bars { name, title, .. } | Plot::Delays { name, title, .. }) = plot;
    let file = format!("{name}.svg");
    match plot {
        Plot::Bars { bars, .. } => draw_bars(&folder.join(&file), title, bars),
        Plot::Delays { lines, .. } => draw_delays(&folder.join(&file), title, lines),
    }
    (file, title)
}

fn draw_bars(path: &Path, title: &str, bars: &[(String, f64)]) {
    let height = MARGIN * 2 + BAR_HEIGHT * u32::try_from(bars.len()).unwrap();
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let rows = 0..bars.len();
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(10)
        .x_label_area_size(30)
        .build_cartesian_2d(0.0..most * 2.0, 0.0..bars.len() as f64)
        .unwrap();
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_label_formatter(&|value| format!("{value:.0}"))
        .draw()
        .unwrap();
    for (row, (label, value)) in rows.rev().zip(bars) {
        let (low, high) = (row as f64 + 0.15, row as f64 + 0.85);
        let bar = Rectangle::new([(0.0, low), (*value, high)], COLOURS[0].filled());
        let text = Text::new(format!("{value:.0}  {label}"), (value + most * 0.02, high - 0.1), ("sans-serif", 14));
        chart.draw_series([bar]).unwrap();
        chart.draw_series([text]).unwrap();
    }
    area.present().unwrap();
}

fn draw_delays(path: &Path, title: &str, lines: &[(String, Vec<(f64, f64)>)]) {
    let area = SVGBackend::new(path, (WIDTH, 400)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let seen = || lines.iter().flat_map(|(_, line)| line).map(|(_, delay)| *delay).filter(|delay| delay.is_finite());
    let (least, most) = (seen().fold(1.0, f64::min).max(0.01), seen().fold(1.0, f64::max));
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..NINES_MAX, (least..most * 1.2).log_scale())
        .unwrap();
    chart
        .configure_mesh()
        .x_desc("percentile")
        .y_desc("ms")
        .x_labels(4)
        .x_label_formatter(&|nines| format!("{:.1}", 100.0 - 100.0 * 0.1_f64.powf(*nines)))
        .draw()
        .unwrap();
    for ((label, line), colour) in lines.iter().zip(COLOURS) {
        let place = |(percentile, delay): &(f64, f64)| (-(1.0 - percentile / 100.0).log10(), *delay);
        let points = line.iter().filter(|(_, delay)| delay.is_finite()).map(place);
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))
            .unwrap()
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK).draw().unwrap();
    area.present().unwrap();
}
